// streaming.payer: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "streaming.payer",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "Pays for each part, and only for what it got",
  "meta": {
    "clause": "Overview",
    "durable": true
  },
  "context": {
    "payer": {
      "publicKey": "the key of the payer",
      "wallet": "the wallet of the payer"
    },
    "budget": {
      "part": "1000",
      "session": "100000"
    },
    "terms": null,
    "schemes": [
      "plain"
    ],
    "attempts": 10,
    "answerTimeout": 10000,
    "secretTimeout": 10000,
    "closeTimeout": 5000,
    "channel": null,
    "address": "",
    "deposit": "0",
    "isFunded": false,
    "refund": "",
    "agreed": {
      "sequence": 0,
      "sent": "0",
      "signature": ""
    },
    "promised": null,
    "owed": "0",
    "asked": null,
    "held": null,
    "isPausing": false,
    "wanted": "",
    "closing": null,
    "judged": null,
    "shown": null,
    "payee": null,
    "streams": [],
    "wishes": [],
    "spent": "0",
    "session": "",
    "attempt": 0,
    "command": "",
    "isTextOnly": false,
    "reason": "",
    "blamed": "nobody"
  },
  "initial": "idle",
  "states": {
    "idle": {
      "id": "idle",
      "description": "Not connected; the channel, if there is one, stays",
      "meta": {
        "clause": "Idle state 1"
      },
      "on": {
        "command.play": {
          "target": "opening",
          "actions": "keepWish"
        },
        "command.leave": {
          "description": "Has left already",
          "actions": "left"
        },
        "command.close": [
          {
            "guard": "hasChannel",
            "target": "closing.connecting",
            "actions": "keepCommand"
          },
          {
            "target": "closed",
            "actions": "keepCommand"
          }
        ]
      }
    },
    "opening": {
      "description": "On the way to a channel that both sides know",
      "tags": [
        "waiting"
      ],
      "initial": "connecting",
      "on": {
        "command.pause": {
          "actions": "keepPausing"
        },
        "command.resume": {
          "guard": "isPausing",
          "actions": "forgetPausing"
        },
        "command.play": {
          "actions": "keepWish"
        },
        "command.leave": {
          "target": "idle",
          "actions": [
            "withdrawConnection",
            "orderClose",
            "left"
          ]
        },
        "command.close": [
          {
            "guard": "hasChannel",
            "target": "closing.connecting",
            "actions": [
              "keepCommand",
              "withdrawConnection",
              "orderClose"
            ]
          },
          {
            "target": "closed",
            "actions": [
              "keepCommand",
              "withdrawConnection",
              "orderClose"
            ]
          }
        ],
        "connection.lost": [
          {
            "guard": "mayRetry",
            "target": ".reconnecting",
            "actions": "disconnected"
          },
          {
            "target": ".stopping",
            "actions": [
              "keepFailure",
              "disconnected"
            ]
          }
        ],
        "received.refused": {
          "target": ".stopping",
          "actions": [
            "refusedBy",
            "keepRefusal"
          ]
        },
        "funded": {
          "guard": "isOurFunding",
          "actions": "keepFunded"
        }
      },
      "states": {
        "connecting": {
          "description": "The first connection",
          "entry": "requestConnection",
          "on": {
            "connection.lost": {
              "description": "Of the connection before"
            },
            "connection.opened": "awaitingPublicKey",
            "connection.failed": {
              "target": "stopping",
              "actions": "keepFailure"
            }
          }
        },
        "awaitingPublicKey": {
          "description": "Whom do we pay, and for what?",
          "meta": {
            "clause": "Idle state 2: publicKey"
          },
          "entry": "sendPublicKey",
          "on": {
            "received.publicKey": [
              {
                "guard": "isForeignPayee",
                "target": "stopping",
                "actions": "keepForeignPayee"
              },
              {
                "guard": "isUnacceptable",
                "target": "stopping",
                "actions": "keepObjection"
              },
              {
                "target": "awaitingLatestState",
                "actions": [
                  "keepPayee",
                  "keepOffer"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "stopping",
              "actions": "keepSilence"
            }
          }
        },
        "awaitingLatestState": {
          "id": "latestState",
          "description": "Is there a channel already?",
          "meta": {
            "clause": "Idle state 3, 5: latestState"
          },
          "entry": "sendLatestState",
          "on": {
            "received.latestState": [
              {
                "guard": "isUnannounced",
                "target": "choosing"
              },
              {
                "guard": "isGone",
                "target": "#idle",
                "description": "Used up there, or lost with the payee; what is left in it is counted as spent",
                "actions": [
                  "lastPartLost",
                  "emptied",
                  "keepGone",
                  "forgetChannel",
                  "orderClose"
                ]
              },
              {
                "guard": "isForgotten",
                "target": "stopping",
                "actions": "keepUnknownChannel"
              },
              {
                "guard": "isNone",
                "target": "awaitingPurchase"
              },
              {
                "guard": "isOfNoUse",
                "target": "awaitingPurchase"
              },
              {
                "guard": "isOurs",
                "target": "#streaming",
                "actions": [
                  "keepAcknowledgement",
                  "connectedAgain",
                  "resumeTopUp",
                  "playing",
                  "sendPlays"
                ]
              },
              {
                "guard": "isAdoptable",
                "target": "verifying",
                "actions": "keepShown"
              },
              {
                "target": "stopping",
                "actions": [
                  "violatedState",
                  "keepForeignState"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "stopping",
              "actions": "keepSilence"
            }
          }
        },
        "verifying": {
          "description": "Have we signed what the payee shows?",
          "meta": {
            "clause": "Idle state 3, 5: latestState"
          },
          "entry": "consultShownState",
          "on": {
            "verified": [
              {
                "guard": "isGood",
                "target": "#streaming",
                "actions": [
                  "adoptShown",
                  "connectedAgain",
                  "playing",
                  "sendPlays"
                ]
              },
              {
                "guard": "isBad",
                "target": "stopping",
                "actions": [
                  "violatedState",
                  "keepForeignState"
                ]
              }
            ]
          }
        },
        "awaitingPurchase": {
          "description": "Asking to buy",
          "meta": {
            "clause": "Idle state 4.1"
          },
          "tags": [
            "unpaid"
          ],
          "entry": "purchaseNeeded",
          "on": {
            "command.buy": {
              "target": "choosing",
              "actions": "keepChannel"
            }
          }
        },
        "choosing": {
          "description": "How far has the new channel come?",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "always": [
            {
              "guard": "isFunded",
              "target": "awaitingAcceptance"
            },
            {
              "guard": "mayFund",
              "target": "awaitingFunding"
            },
            {
              "target": "awaitingRefund"
            }
          ]
        },
        "awaitingRefund": {
          "description": "No money goes in before the way back is signed",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "entry": "sendRefund",
          "on": {
            "received.refund": {
              "target": "verifyingRefund",
              "actions": "keepJudged"
            },
            "received.refused": {
              "target": "stopping",
              "actions": [
                "refusedBy",
                "keepRefusal",
                "forgetChannel"
              ]
            }
          },
          "after": {
            "answerTimeout": {
              "target": "stopping",
              "actions": [
                "keepSilence",
                "forgetChannel"
              ]
            }
          }
        },
        "verifyingRefund": {
          "description": "Is the refund the payee's word?",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "entry": "consultRefund",
          "on": {
            "verified": [
              {
                "guard": "isGood",
                "target": "awaitingFunding",
                "actions": "keepRefund"
              },
              {
                "guard": "isBad",
                "target": "stopping",
                "actions": [
                  "violatedSignature",
                  "keepBadRefund",
                  "forgetChannel"
                ]
              }
            ]
          }
        },
        "awaitingFunding": {
          "description": "Creating the channel",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "entry": "requestFunding",
          "on": {
            "funded": {
              "guard": "isOurFunding",
              "target": "awaitingAcceptance",
              "actions": "keepFunded"
            },
            "unfunded": {
              "guard": "isOurFunding",
              "target": "stopping",
              "actions": [
                "declined",
                "keepUnfunded",
                "forgetChannel"
              ]
            }
          }
        },
        "awaitingAcceptance": {
          "description": "The payee looks whether the money is there",
          "meta": {
            "clause": "Idle state 4.2: newChannel"
          },
          "entry": "sendNewChannel",
          "on": {
            "received.latestState": [
              {
                "guard": "isOurFirst",
                "target": "#streaming",
                "actions": [
                  "bought",
                  "connectedAgain",
                  "playing",
                  "sendPlays"
                ]
              },
              {
                "target": "stopping",
                "actions": [
                  "violatedState",
                  "keepForeignState"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "stopping",
              "actions": "keepSilence"
            }
          }
        },
        "reconnecting": {
          "id": "reconnecting",
          "description": "The line broke; what was promised stays promised",
          "entry": [
            "countAttempt",
            "requestConnection"
          ],
          "on": {
            "connection.lost": {
              "description": "Of the connection before"
            },
            "connection.opened": "awaitingPublicKey",
            "command.play": {
              "target": "reconnecting",
              "reenter": true,
              "description": "Somebody waits: at once",
              "actions": [
                "keepWish",
                "forgetAttempts"
              ]
            },
            "connection.failed": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "reenter": true
              },
              {
                "target": "stopping",
                "actions": "keepFailure"
              }
            ]
          }
        },
        "stopping": {
          "id": "stopping",
          "description": "It does not go on; a channel is not forgotten for that",
          "entry": "orderClose",
          "always": [
            {
              "guard": "hasChannel",
              "target": "#idle",
              "actions": [
                "stopped",
                "connectedAgain"
              ]
            },
            {
              "target": "#failed"
            }
          ]
        }
      }
    },
    "streaming": {
      "id": "streaming",
      "description": "Both sides know the channel",
      "meta": {
        "clause": "Idle state 6: play"
      },
      "tags": [
        "usable"
      ],
      "initial": "awaitingPay",
      "on": {
        "command.play": [
          {
            "guard": "isPlaying",
            "target": ".awaitingPay",
            "actions": [
              "startAgain",
              "sendLastPlay"
            ]
          },
          {
            "guard": "playsTooMany",
            "actions": "declinedMore"
          },
          {
            "actions": [
              "keepWish",
              "sendPublicKey"
            ]
          }
        ],
        "received.publicKey": [
          {
            "guard": "isForeignPayee",
            "actions": "violated"
          },
          {
            "guard": "isUnacceptable",
            "actions": "declinedStream"
          },
          {
            "guard": "isWished",
            "target": ".awaitingPay",
            "actions": [
              "keepOffer",
              "playing",
              "sendLastPlay"
            ]
          },
          {
            "actions": "violated"
          }
        ],
        "command.pause": {
          "target": ".paused",
          "actions": [
            "forgetDemand",
            "sendPause"
          ]
        },
        "command.leave": {
          "target": "idle",
          "actions": [
            "forgetDemand",
            "orderClose",
            "left"
          ]
        },
        "command.close": {
          "target": "closing",
          "actions": "keepCommand"
        },
        "command.topUp": [
          {
            "guard": "isToppingUp",
            "actions": "declinedSecondTopUp"
          },
          {
            "guard": "isLastPayment",
            "actions": "declinedTopUp"
          },
          {
            "guard": "isNoMore",
            "actions": "misused"
          },
          {
            "actions": [
              "keepWanted",
              "requestTopUp"
            ]
          }
        ],
        "funded": {
          "guard": "isOurTopUp",
          "actions": "sendTopUp"
        },
        "unfunded": {
          "guard": "isOurTopUp",
          "actions": [
            "declined",
            "forgetWanted"
          ]
        },
        "command.receipt": {
          "actions": "sendReceiptRequest"
        },
        "received.receipt": [
          {
            "guard": "isOurReceipt",
            "actions": [
              "keepJudged",
              "consultReceipt"
            ]
          },
          {
            "actions": "violatedState"
          }
        ],
        "verified": [
          {
            "guard": "isGood",
            "actions": [
              "receipted",
              "forgetJudged"
            ]
          },
          {
            "guard": "isBad",
            "actions": [
              "violatedSignature",
              "forgetJudged"
            ]
          }
        ],
        "received.latestState": [
          {
            "guard": "confirmsTopUp",
            "actions": [
              "toppedUp",
              "keepAcknowledgement"
            ]
          },
          {
            "guard": "confirmsLast",
            "target": ".awaitingNextDemand",
            "actions": "keepAcknowledgement"
          },
          {
            "description": "Says nothing new"
          }
        ],
        "received.refused": [
          {
            "guard": "isUnknown",
            "target": "opening.awaitingLatestState",
            "description": "It was announced, and forgotten before it was paid",
            "actions": [
              "refusedBy",
              "forgetDemand"
            ]
          },
          {
            "guard": "isTopUpRefused",
            "actions": [
              "refusedBy",
              "forgetWanted"
            ]
          },
          {
            "actions": "refusedBy"
          }
        ],
        "connection.lost": [
          {
            "guard": "mayRetry",
            "target": "opening.reconnecting",
            "actions": [
              "forgetDemand",
              "disconnected"
            ]
          },
          {
            "target": "opening.stopping",
            "actions": [
              "forgetDemand",
              "keepFailure",
              "disconnected"
            ]
          }
        ]
      },
      "states": {
        "awaitingPay": {
          "description": "The payee has not asked yet",
          "meta": {
            "clause": "Streaming state 1, 2: pay"
          },
          "always": [
            {
              "guard": "playsNothing",
              "target": "paused"
            },
            {
              "guard": "isPausing",
              "target": "paused",
              "actions": [
                "forgetDemand",
                "sendPause"
              ]
            }
          ],
          "on": {
            "received.pay": {
              "target": "deciding",
              "actions": "keepDemand"
            },
            "received.secret": [
              {
                "guard": "isOnCredit",
                "target": "awaitingNextDemand",
                "actions": "keepKey"
              },
              {
                "actions": "violatedSecret"
              }
            ]
          },
          "after": {
            "quiet": {
              "target": "awaitingPay",
              "reenter": true,
              "actions": "sendPlays"
            }
          }
        },
        "deciding": {
          "description": "Is it what was agreed, and can we?",
          "meta": {
            "clause": "Streaming state 1, 2: pay"
          },
          "always": [
            {
              "guard": "isWrong",
              "target": "awaitingPay",
              "actions": [
                "violatedDemand",
                "forgetDemand"
              ]
            },
            {
              "guard": "owesSignature",
              "target": "awaitingSignature"
            },
            {
              "guard": "isPaidBefore",
              "target": "awaitingSignature",
              "actions": "promiseProof"
            },
            {
              "guard": "isAnswered",
              "target": "awaitingSecret",
              "actions": "sendPayment"
            },
            {
              "guard": "isUsedUp",
              "target": "#idle",
              "actions": [
                "emptied",
                "forgetChannel",
                "orderClose"
              ]
            },
            {
              "guard": "mustPayDebt",
              "target": "awaitingSignature",
              "actions": "promiseDebt"
            },
            {
              "guard": "isUnaffordable",
              "target": "awaitingTopUp",
              "actions": "purchaseNeeded"
            },
            {
              "guard": "isOverBudget",
              "target": "paused",
              "actions": [
                "overBudget",
                "forgetDemand",
                "sendPause"
              ]
            },
            {
              "target": "awaitingPart"
            }
          ]
        },
        "awaitingPart": {
          "description": "Is the encrypted part here, and the one that was promised?",
          "meta": {
            "clause": "Streaming state 1, 2: pay"
          },
          "entry": "consultPart",
          "on": {
            "available": {
              "guard": "answersPart",
              "target": "awaitingSignature",
              "actions": "keepPromise"
            },
            "missing": {
              "guard": "answersPart",
              "target": "paused",
              "actions": [
                "partMissing",
                "forgetDemand",
                "sendPause"
              ]
            },
            "received.pay": {
              "actions": "holdDemand"
            },
            "received.secret": [
              {
                "guard": "isOnCredit",
                "target": "awaitingNextDemand",
                "actions": "keepKey"
              },
              {
                "actions": "violatedSecret"
              }
            ]
          }
        },
        "awaitingSignature": {
          "description": "What is to be signed is kept before it is signed",
          "meta": {
            "clause": "Streaming state 1, 2: pay"
          },
          "entry": "requestSignature",
          "exit": "withdrawUnsigned",
          "on": {
            "signed": {
              "guard": "answersSignature",
              "target": "awaitingSecret",
              "actions": [
                "keepSignature",
                "sendPayment",
                "paid"
              ]
            },
            "refused": {
              "guard": "answersSignature",
              "target": "paused",
              "actions": [
                "declined",
                "forgetDemand",
                "sendPause"
              ]
            },
            "received.pay": {
              "actions": "holdDemand"
            },
            "received.secret": [
              {
                "guard": "isOnCredit",
                "description": "Is opened when this is signed",
                "actions": "keepKey"
              },
              {
                "actions": "violatedSecret"
              }
            ]
          }
        },
        "awaitingSecret": {
          "description": "Paid; at most this part can be lost",
          "meta": {
            "clause": "Streaming state 3: secret"
          },
          "always": {
            "guard": "hasKeys",
            "target": "awaitingKeyVerdict",
            "actions": "takeKey"
          },
          "on": {
            "received.secret": [
              {
                "guard": "isForAsked",
                "target": "awaitingKeyVerdict",
                "actions": [
                  "keepKey",
                  "acknowledge"
                ]
              },
              {
                "guard": "isOnCredit",
                "actions": "keepKey"
              },
              {
                "actions": "violatedSecret"
              }
            ],
            "received.pay": [
              {
                "guard": "isAskedAgain",
                "description": "The payment was lost",
                "actions": "sendPayment"
              },
              {
                "guard": "isAskedForMore",
                "target": "deciding",
                "actions": "keepDemand"
              },
              {
                "actions": "holdDemand"
              }
            ],
            "received.refused": {
              "guard": "isPaymentRefused",
              "target": "paused",
              "actions": [
                "refusedBy",
                "forgetDemand"
              ]
            },
            "command.play": {
              "guard": "isPlaying",
              "description": "This part first: it is paid",
              "actions": [
                "startAgain",
                "sendLastPlay"
              ]
            }
          },
          "after": {
            "secretTimeout": {
              "target": "paused",
              "actions": [
                "partWithheld",
                "forgetDemand",
                "sendPause"
              ]
            }
          }
        },
        "awaitingKeyVerdict": {
          "description": "Does the key open the part?",
          "meta": {
            "clause": "Streaming state 3: secret"
          },
          "entry": "consultKey",
          "on": {
            "opened": {
              "guard": "answersKey",
              "target": "awaitingNextDemand",
              "actions": [
                "unlocked",
                "streamEnded",
                "advance"
              ]
            },
            "corrupt": {
              "guard": "answersKey",
              "target": "paused",
              "actions": [
                "partCorrupt",
                "forgetDemand",
                "sendPause"
              ]
            },
            "received.pay": {
              "actions": "holdDemand"
            },
            "received.secret": [
              {
                "guard": "isOnCredit",
                "actions": "keepKey"
              },
              {
                "actions": "violatedSecret"
              }
            ],
            "command.play": {
              "guard": "isPlaying",
              "actions": [
                "startAgain",
                "sendLastPlay"
              ]
            },
            "command.pause": {
              "description": "When the part is counted",
              "actions": "keepPausing"
            },
            "command.resume": {
              "guard": "isPausing",
              "actions": "forgetPausing"
            }
          }
        },
        "awaitingNextDemand": {
          "description": "What comes after a part",
          "meta": {
            "clause": "Streaming state 4"
          },
          "always": [
            {
              "guard": "hasKeys",
              "target": "awaitingKeyVerdict",
              "actions": "takeKey"
            },
            {
              "guard": "isSpent",
              "target": "#idle",
              "actions": [
                "emptied",
                "forgetChannel",
                "orderClose"
              ]
            },
            {
              "guard": "isPausing",
              "target": "paused",
              "actions": [
                "forgetDemand",
                "sendPause"
              ]
            },
            {
              "guard": "hasHeld",
              "target": "deciding",
              "actions": "takeHeld"
            },
            {
              "guard": "mayBeSpent",
              "target": "awaitingPay",
              "actions": "sendLatestState"
            },
            {
              "target": "awaitingPay"
            }
          ]
        },
        "paused": {
          "description": "Nothing is paid until the app says so",
          "meta": {
            "clause": "Idle state 6: play"
          },
          "tags": [
            "unpaid"
          ],
          "on": {
            "command.pause": {
              "description": "Is paused already"
            },
            "command.resume": [
              {
                "guard": "playsNothing",
                "actions": "misused"
              },
              {
                "guard": "isTextOnly",
                "target": "#latestState"
              },
              {
                "target": "awaitingPay",
                "actions": "sendPlays"
              }
            ],
            "received.pay": {
              "description": "Was on its way; it comes again on resume"
            },
            "received.secret": {
              "description": "Was on its way; it comes again on resume"
            },
            "connection.lost": [
              {
                "guard": "mayRetry",
                "target": "#reconnecting",
                "description": "Stays paused",
                "actions": [
                  "forgetDemand",
                  "keepPausing",
                  "disconnected"
                ]
              },
              {
                "target": "#stopping",
                "actions": [
                  "forgetDemand",
                  "keepFailure",
                  "disconnected"
                ]
              }
            ]
          }
        },
        "awaitingTopUp": {
          "description": "The channel does not hold enough for the next part",
          "meta": {
            "clause": "Idle state 4.1"
          },
          "tags": [
            "unpaid"
          ],
          "on": {
            "received.pay": {
              "description": "Is known"
            },
            "received.secret": {
              "description": "Comes again when there is enough"
            },
            "received.latestState": [
              {
                "guard": "confirmsTopUp",
                "target": "awaitingPay",
                "actions": [
                  "toppedUp",
                  "keepAcknowledgement",
                  "forgetDemand",
                  "sendPlays"
                ]
              },
              {
                "description": "Says nothing new"
              }
            ]
          }
        }
      }
    },
    "closing": {
      "description": "The channel ends: together, or alone",
      "tags": [
        "waiting"
      ],
      "initial": "awaitingSignature",
      "on": {
        "command.leave": {
          "description": "When it is closed"
        },
        "command.close": {
          "description": "Is closing already"
        },
        "connection.lost": [
          {
            "guard": "mayRetry",
            "target": ".connecting",
            "description": "Both sides may have signed the end already",
            "actions": [
              "countAttempt",
              "disconnected"
            ]
          },
          {
            "target": ".withdrawing",
            "actions": "disconnected"
          }
        ],
        "received.pay": {
          "description": "Was on its way"
        },
        "received.secret": {
          "description": "Was on its way"
        },
        "received.latestState": {
          "description": "Was on its way"
        }
      },
      "states": {
        "connecting": {
          "description": "Back to the payee, to close together",
          "entry": "requestConnection",
          "on": {
            "connection.lost": {
              "description": "Of the connection before"
            },
            "connection.opened": "awaitingPublicKey",
            "connection.failed": "withdrawing"
          }
        },
        "awaitingPublicKey": {
          "description": "Is it our payee?",
          "meta": {
            "clause": "Idle state 2: publicKey"
          },
          "entry": "sendPublicKey",
          "on": {
            "received.publicKey": [
              {
                "guard": "isForeignPayee",
                "target": "withdrawing",
                "actions": "orderClose"
              },
              {
                "target": "awaitingSignature"
              }
            ]
          },
          "after": {
            "closeTimeout": {
              "target": "withdrawing",
              "actions": "orderClose"
            }
          }
        },
        "awaitingSignature": {
          "description": "Our signature of the last state",
          "always": {
            "guard": "isTextOnly",
            "target": "withdrawing",
            "actions": "orderClose"
          },
          "entry": [
            "keepClosing",
            "requestClosing"
          ],
          "exit": "withdrawClosing",
          "on": {
            "signed": {
              "guard": "answersClosing",
              "target": "awaitingClosed",
              "actions": [
                "keepClosingSignature",
                "sendClose"
              ]
            },
            "refused": {
              "guard": "answersClosing",
              "target": "withdrawing",
              "actions": [
                "declined",
                "orderClose"
              ]
            }
          },
          "after": {
            "closeTimeout": {
              "target": "withdrawing",
              "actions": "orderClose"
            }
          }
        },
        "awaitingClosed": {
          "description": "The payee's signature of the last state",
          "on": {
            "received.closed": [
              {
                "guard": "isOurClosing",
                "target": "verifyingClosed",
                "actions": "keepJudged"
              },
              {
                "target": "withdrawing",
                "actions": [
                  "violatedState",
                  "orderClose"
                ]
              }
            ],
            "received.refused": {
              "target": "withdrawing",
              "actions": [
                "refusedBy",
                "orderClose"
              ]
            }
          },
          "after": {
            "closeTimeout": {
              "target": "withdrawing",
              "actions": "orderClose"
            }
          }
        },
        "verifyingClosed": {
          "description": "Is it the payee's word?",
          "entry": "consultClosed",
          "on": {
            "verified": [
              {
                "guard": "isGood",
                "target": "#closed",
                "actions": [
                  "settledTogether",
                  "orderClose",
                  "forgetReason"
                ]
              },
              {
                "guard": "isBad",
                "target": "withdrawing",
                "actions": [
                  "violatedSignature",
                  "orderClose"
                ]
              }
            ]
          }
        },
        "withdrawing": {
          "description": "Alone, with the last state and the refund",
          "entry": "requestWithdrawal",
          "on": {
            "connection.lost": {
              "description": "Is of no use any more"
            },
            "withdrawn": {
              "guard": "answersWithdrawal",
              "target": "#closed",
              "actions": [
                "settledAlone",
                "forgetReason"
              ]
            },
            "unwithdrawn": {
              "guard": "answersWithdrawal",
              "target": "#idle",
              "actions": [
                "keepUnwithdrawn",
                "stopped"
              ]
            }
          }
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "The channel is settled",
      "tags": [
        "settled"
      ]
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "No channel came about",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "verified": {
      "description": "To a question that is not asked any more"
    },
    "signed": {
      "description": "To a question that is not asked any more"
    },
    "refused": {
      "description": "To a question that is not asked any more"
    },
    "funded": {
      "description": "To a question that is not asked any more"
    },
    "unfunded": {
      "description": "To a question that is not asked any more"
    },
    "withdrawn": {
      "description": "To a question that is not asked any more"
    },
    "unwithdrawn": {
      "description": "To a question that is not asked any more"
    },
    "available": {
      "description": "To a question that is not asked any more"
    },
    "missing": {
      "description": "To a question that is not asked any more"
    },
    "opened": {
      "description": "To a question that is not asked any more"
    },
    "corrupt": {
      "description": "To a question that is not asked any more"
    },
    "received.refused": {
      "actions": "refusedBy"
    },
    "received.malformed": {
      "actions": "violatedShape"
    },
    "received.*": {
      "actions": "violated"
    },
    "connection.*": {
      "description": "Of a connection that is given up"
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
