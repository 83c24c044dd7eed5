// streaming.payee: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "streaming.payee",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "Gives a key for each payment, and nothing for less",
  "meta": {
    "clause": "Overview",
    "durable": true
  },
  "context": {
    "channel": {
      "id": "00112233445566778899aabbccddeeff",
      "payer": {
        "publicKey": "the key of the payer",
        "wallet": "the wallet of the payer"
      },
      "payee": {
        "publicKey": "the key of the payee",
        "wallet": "the wallet of the payee"
      }
    },
    "address": "where the channel lies",
    "deposit": "100000",
    "terms": [
      {
        "stream": "clip",
        "price": "1000",
        "partMs": 10000,
        "parts": null,
        "credit": 0,
        "commitment": ""
      }
    ],
    "maxSequence": 4294967295,
    "canTopUp": true,
    "lead": 2000,
    "payTimeout": 30000,
    "openTimeout": 120000,
    "lingerTimeout": 60000,
    "maxPlays": 16,
    "accepted": {
      "sequence": 0,
      "sent": "0",
      "signature": ""
    },
    "owed": "0",
    "released": {},
    "next": {},
    "plays": [],
    "proven": "",
    "asker": "",
    "wanted": "",
    "isTogether": false,
    "signature": "",
    "reason": ""
  },
  "initial": "opening",
  "states": {
    "opening": {
      "description": "A channel is announced; nothing is in it yet",
      "meta": {
        "clause": "Idle state 4.2: newChannel"
      },
      "tags": [
        "waiting"
      ],
      "initial": "awaitingNewChannel",
      "on": {
        "received.latestState": {
          "actions": "sendNoState"
        },
        "received.play": {
          "actions": "refuseUnknownKey"
        },
        "received.pause": {
          "description": "Does not play"
        },
        "received.*": {
          "actions": [
            "refuseUnexpected",
            "violated"
          ]
        },
        "verified": {
          "description": "Nothing was claimed"
        },
        "command.close": "#closed"
      },
      "after": {
        "openTimeout": {
          "target": "#closed",
          "actions": "keepUnopened"
        }
      },
      "states": {
        "awaitingNewChannel": {
          "description": "The first state",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "on": {
            "received.refund": [
              {
                "guard": "isWeakKey",
                "actions": "refuseWeakKey"
              },
              {
                "guard": "isOurFirst",
                "target": "awaitingRefundSignature",
                "actions": "keepAsker"
              },
              {
                "actions": "refuseWrongState"
              }
            ],
            "received.newChannel": [
              {
                "guard": "isWeakKey",
                "actions": "refuseWeakKey"
              },
              {
                "guard": "isOurFirst",
                "target": "awaitingDeposit",
                "actions": "keepAsker"
              },
              {
                "actions": "refuseWrongState"
              }
            ]
          }
        },
        "awaitingRefundSignature": {
          "description": "The way back for the payer, before it puts money in",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "entry": "requestRefund",
          "on": {
            "signed": {
              "guard": "answersSignature",
              "target": "awaitingNewChannel",
              "actions": "sendRefund"
            },
            "refused": {
              "guard": "answersSignature",
              "target": "awaitingNewChannel",
              "actions": "refuseUnsigned"
            },
            "received.refund": {
              "guard": "isOurFirst",
              "actions": "keepAsker"
            }
          }
        },
        "awaitingDeposit": {
          "description": "Is the money there?",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "entry": "consultDeposit",
          "on": {
            "deposited": [
              {
                "guard": "isFunded",
                "target": "#idle",
                "actions": [
                  "sendAcceptance",
                  "opened"
                ]
              },
              {
                "guard": "isUnfunded",
                "target": "awaitingNewChannel",
                "actions": [
                  "refuseUnfunded",
                  "forgetPlays"
                ]
              }
            ],
            "received.play": [
              {
                "guard": "isUnknownStream",
                "actions": "refuseUnknownStream"
              },
              {
                "description": "Is asked to pay when the money is seen",
                "actions": "keepPlay"
              }
            ],
            "received.pause": {
              "actions": "forgetSocket"
            },
            "received.newChannel": [
              {
                "guard": "isOurFirst",
                "actions": "keepAsker"
              },
              {
                "actions": "refuseWrongState"
              }
            ]
          }
        }
      }
    },
    "idle": {
      "id": "idle",
      "description": "Nobody plays",
      "meta": {
        "clause": "pay: \"If server does not receive the response to pay\""
      },
      "tags": [
        "usable"
      ],
      "always": [
        {
          "guard": "isSpent",
          "target": "streaming.final"
        },
        {
          "guard": "isPlayed",
          "target": "streaming.awaitingPayment",
          "actions": "sendPays"
        }
      ],
      "after": {
        "openTimeout": {
          "guard": "isUnpaid",
          "target": "#closed",
          "actions": "keepUnpaid"
        }
      },
      "on": {
        "received.play": [
          {
            "guard": "isUnknownStream",
            "actions": "refuseUnknownStream"
          },
          {
            "target": "streaming.awaitingPayment",
            "actions": [
              "keepPlay",
              "sendPay"
            ]
          }
        ],
        "received.pay": {
          "guard": "isNextState",
          "description": "What was given on credit",
          "actions": "consultClaim"
        }
      }
    },
    "streaming": {
      "description": "Somebody plays",
      "meta": {
        "clause": "Idle state 6: play"
      },
      "tags": [
        "usable"
      ],
      "initial": "awaitingPayment",
      "on": {
        "received.play": [
          {
            "guard": "isUnknownStream",
            "actions": "refuseUnknownStream"
          },
          {
            "guard": "playsTooMany",
            "actions": "refuseTooMany"
          },
          {
            "guard": "isBeside",
            "description": "A newcomer must not disturb the payer",
            "actions": [
              "keepPlay",
              "sendPay"
            ]
          },
          {
            "target": ".awaitingPayment",
            "actions": [
              "keepPlay",
              "sendPay"
            ]
          }
        ],
        "received.pay": [
          {
            "guard": "isEqual",
            "target": ".answering",
            "actions": [
              "keepProof",
              "sendSecret",
              "keepReleased"
            ]
          },
          {
            "guard": "isOverdraft",
            "actions": "refuseOverdraft"
          },
          {
            "guard": "isNextState",
            "actions": "consultClaim"
          },
          {
            "guard": "isProof",
            "description": "Nothing is due, but the key must be shown",
            "actions": "consultClaim"
          },
          {
            "guard": "isAsked",
            "actions": "refuseWrongState"
          },
          {
            "actions": "refuseUnexpected"
          }
        ],
        "received.pause": [
          {
            "guard": "isBystander",
            "actions": "forgetSocket"
          },
          {
            "target": ".answering",
            "actions": "forgetSocket"
          }
        ],
        "connection.lost": [
          {
            "guard": "isBystander",
            "actions": "forgetSocket"
          },
          {
            "target": ".answering",
            "actions": "forgetSocket"
          }
        ]
      },
      "states": {
        "awaitingPayment": {
          "description": "Asked; the part is not given before it is paid, but for the credit",
          "meta": {
            "clause": "Streaming state 1, 2: pay"
          },
          "after": {
            "creditTime": {
              "guard": "mayCredit",
              "target": "answering",
              "actions": [
                "sendSecretOnCredit",
                "keepCredit"
              ]
            },
            "payTimeout": [
              {
                "guard": "hasBystanders",
                "target": "awaitingPayment",
                "reenter": true,
                "actions": "forgetPayer"
              },
              {
                "target": "#idle",
                "actions": [
                  "forgetPlays",
                  "idled"
                ]
              }
            ]
          }
        },
        "awaitingNextPart": {
          "description": "The part that was paid is being played",
          "meta": {
            "clause": "Streaming state 3: secret"
          },
          "after": {
            "partTime": {
              "target": "awaitingPayment",
              "actions": [
                "keepTurn",
                "sendNextPay"
              ]
            }
          }
        },
        "answering": {
          "description": "What comes next?",
          "always": [
            {
              "guard": "isSpent",
              "target": "final"
            },
            {
              "guard": "isTurnNow",
              "target": "awaitingPayment",
              "actions": [
                "keepTurn",
                "sendNextPay"
              ]
            },
            {
              "guard": "hasTurn",
              "target": "awaitingNextPart"
            },
            {
              "guard": "playsNothing",
              "target": "#idle",
              "actions": "idled"
            },
            {
              "target": "awaitingPayment"
            }
          ]
        },
        "final": {
          "description": "Nothing is left; the last part can be had again for a while",
          "meta": {
            "clause": "Streaming state 4"
          },
          "after": {
            "lingerTimeout": {
              "target": "#closing",
              "actions": "keepTogether"
            }
          }
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "The channel ends",
      "meta": {
        "clause": "Overview: finalized transmission"
      },
      "tags": [
        "waiting",
        "ending"
      ],
      "entry": "ending",
      "initial": "awaitingSignature",
      "on": {
        "command.close": {
          "description": "Is closing already"
        },
        "received.latestState": {
          "actions": "sendNoState"
        },
        "received.pause": {
          "description": "Was on its way"
        },
        "received.play": {
          "actions": "refuseClosing"
        },
        "received.pay": {
          "actions": "refuseClosing"
        },
        "received.topUp": {
          "actions": "refuseClosing"
        },
        "received.receipt": {
          "actions": "refuseClosing"
        },
        "received.close": [
          {
            "guard": "isSameClosing",
            "description": "Once more",
            "actions": [
              "keepAsker",
              "sendClosedAgain"
            ]
          },
          {
            "actions": "refuseClosing"
          }
        ],
        "received.newChannel": {
          "actions": "refuseClosing"
        },
        "received.refund": {
          "actions": "refuseClosing"
        },
        "verified": {
          "description": "Too late"
        },
        "deposited": {
          "description": "Too late"
        },
        "closingSeen": [
          {
            "guard": "isStale",
            "target": ".disputing",
            "actions": "challenged"
          },
          {
            "description": "Our own, or as good"
          }
        ],
        "closedSeen": {
          "target": "closed",
          "actions": "closed"
        }
      },
      "states": {
        "awaitingSignature": {
          "description": "Our signature of the end",
          "entry": "requestEnd",
          "on": {
            "signed": {
              "guard": "answersEnd",
              "target": "awaitingSettlement",
              "actions": [
                "keepSignature",
                "sendClosed"
              ]
            },
            "refused": {
              "guard": "answersEnd",
              "target": "awaitingSettlement"
            }
          }
        },
        "awaitingSettlement": {
          "description": "Being paid out",
          "entry": "requestSettlement",
          "on": {
            "settled": {
              "guard": "answersSettlement",
              "target": "#closed",
              "actions": "closed"
            },
            "unsettled": {
              "guard": "answersSettlement",
              "target": "awaitingAnotherTry",
              "actions": "unsettled"
            }
          }
        },
        "awaitingAnotherTry": {
          "description": "The place of settlement refused",
          "after": {
            "settleAgain": [
              {
                "guard": "hasSignature",
                "target": "awaitingSettlement"
              },
              {
                "target": "awaitingSignature"
              }
            ]
          }
        },
        "disputing": {
          "description": "The payer has closed alone with an older state",
          "entry": "requestEnd",
          "on": {
            "closingSeen": {
              "description": "Is known"
            },
            "signed": {
              "guard": "answersEnd",
              "target": "awaitingChain",
              "actions": [
                "keepSignature",
                "orderChallenge"
              ]
            },
            "refused": {
              "guard": "answersEnd",
              "target": "awaitingChain",
              "actions": "orderChallenge"
            }
          }
        },
        "awaitingChain": {
          "description": "The payer has closed alone; what we have is shown",
          "on": {
            "closingSeen": {
              "description": "Is known"
            }
          }
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "Settled, or never opened",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "received.latestState": {
      "actions": "sendLatestState"
    },
    "received.newChannel": [
      {
        "guard": "isOurChannel",
        "description": "Once more",
        "actions": "sendLatestState"
      },
      {
        "actions": "refuseDuplicate"
      }
    ],
    "received.refund": {
      "actions": "refuseDuplicate"
    },
    "received.pause": {
      "description": "Does not play"
    },
    "received.topUp": [
      {
        "guard": "isTopUpKnown",
        "description": "Once more",
        "actions": "sendLatestState"
      },
      {
        "guard": "isNoMore",
        "actions": "refuseWrongState"
      },
      {
        "guard": "mayTopUp",
        "actions": [
          "keepAsker",
          "keepWanted",
          "consultDeposit"
        ]
      },
      {
        "actions": "refuseTopUp"
      }
    ],
    "deposited": [
      {
        "guard": "isToppedUp",
        "actions": [
          "keepDeposit",
          "sendAcceptance"
        ]
      },
      {
        "guard": "isNotToppedUp",
        "actions": [
          "refuseUnfunded",
          "forgetWanted"
        ]
      },
      {
        "description": "To a question that is not asked any more"
      }
    ],
    "received.receipt": [
      {
        "guard": "isByPayer",
        "actions": [
          "keepAsker",
          "requestReceipt"
        ]
      },
      {
        "actions": "refuseUnexpected"
      }
    ],
    "signed": [
      {
        "guard": "answersReceipt",
        "actions": "sendReceipt"
      },
      {
        "guard": "isOldReceipt",
        "description": "A payment came meanwhile",
        "actions": "requestReceipt"
      },
      {
        "description": "To a question that is not asked any more"
      }
    ],
    "refused": {
      "description": "To a question that is not asked any more"
    },
    "received.close": [
      {
        "guard": "isClosingState",
        "actions": "consultClaim"
      },
      {
        "actions": "refuseWrongState"
      }
    ],
    "verified": [
      {
        "guard": "isStillNext",
        "target": ".streaming.answering",
        "actions": [
          "paid",
          "accept",
          "sendSecret",
          "keepReleased"
        ]
      },
      {
        "guard": "isStillClosing",
        "target": ".closing",
        "actions": [
          "paid",
          "accept",
          "keepTogether",
          "keepAsker"
        ]
      },
      {
        "guard": "isOvertaken",
        "description": "Another payment was quicker"
      },
      {
        "actions": "refuseSignature"
      }
    ],
    "offered": {
      "actions": "keepTerms"
    },
    "settled": {
      "description": "To a question that is not asked any more"
    },
    "unsettled": {
      "description": "To a question that is not asked any more"
    },
    "closingSeen": [
      {
        "guard": "isStale",
        "target": ".closing.disputing",
        "actions": "challenged"
      },
      {
        "target": ".closing.awaitingChain"
      }
    ],
    "closedSeen": {
      "target": ".closed",
      "actions": "closed"
    },
    "connection.lost": {
      "actions": "forgetSocket"
    },
    "command.close": [
      {
        "guard": "isUnpaid",
        "target": ".closed"
      },
      {
        "guard": "isSpent",
        "target": ".closing",
        "actions": "keepTogether"
      },
      {
        "target": ".closing"
      }
    ],
    "received.*": {
      "actions": [
        "refuseUnexpected",
        "violated"
      ]
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
