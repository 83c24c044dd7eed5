// board.client: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "board.client",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "Somebody who proposes channels, or looks for one",
  "meta": {
    "clause": "Client"
  },
  "context": {
    "addresses": [
      "the address of the proposer"
    ],
    "proves": false,
    "name": "board.example",
    "attempts": 10,
    "window": 64,
    "joinTimeout": 10000,
    "answerTimeout": 10000,
    "closeTimeout": 5000,
    "attempt": 0,
    "board": null,
    "proofs": [],
    "hasChannels": false,
    "pending": [],
    "reason": "",
    "error": ""
  },
  "initial": "idle",
  "states": {
    "idle": {
      "description": "Not asked to connect yet",
      "on": {
        "command.connect": "opening",
        "command.close": "closed"
      }
    },
    "opening": {
      "id": "opening",
      "description": "On the way to the board; what it asks and what it tells come in any order",
      "tags": [
        "waiting"
      ],
      "initial": "connecting",
      "on": {
        "command.close": "closing.disconnecting",
        "received.receiveChannels": [
          {
            "guard": "hasMore",
            "actions": [
              "skippedSome",
              "listed",
              "sendNextChannels"
            ]
          },
          {
            "actions": [
              "skippedSome",
              "listed",
              "keepChannels"
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
            "target": "failed",
            "actions": [
              "keepFailure",
              "disconnected"
            ]
          }
        ]
      },
      "states": {
        "connecting": {
          "description": "The first connection",
          "entry": "requestConnection",
          "on": {
            "connection.opened": "awaitingAddressRequest",
            "connection.failed": {
              "target": "#failed",
              "actions": "keepFailure"
            },
            "command.close": {
              "target": "#closed",
              "actions": "withdrawConnection"
            }
          }
        },
        "awaitingAddressRequest": {
          "description": "Connected; the server is to ask for our addresses",
          "meta": {
            "clause": "Setup 2, 3"
          },
          "on": {
            "received.requestAddresses": [
              {
                "guard": "hasNoAddresses",
                "target": "awaitingChannels",
                "actions": "keepBoard"
              },
              {
                "guard": "isForeign",
                "target": "#failed",
                "actions": [
                  "keepForeignName",
                  "orderClose"
                ]
              },
              {
                "guard": "mustProve",
                "target": "awaitingProofs",
                "actions": "keepBoard"
              },
              {
                "guard": "isExtended",
                "target": "registering",
                "actions": [
                  "keepBoard",
                  "sendRegisterAddresses"
                ]
              },
              {
                "target": "awaitingChannels",
                "actions": [
                  "keepBoard",
                  "sendRegisterAddresses"
                ]
              }
            ]
          },
          "after": {
            "joinTimeout": [
              {
                "guard": "mayRetryJoining",
                "target": "reconnecting"
              },
              {
                "target": "#failed",
                "actions": [
                  "keepSilence",
                  "orderTermination"
                ]
              }
            ]
          }
        },
        "awaitingProofs": {
          "description": "A signer proves our addresses; that may take as long as a person takes",
          "meta": {
            "clause": "Setup 2, 3"
          },
          "entry": "requestProofs",
          "on": {
            "signed": {
              "guard": "answersProofs",
              "target": "registering",
              "actions": [
                "keepProofs",
                "sendRegisterAddresses"
              ]
            },
            "refused": {
              "guard": "answersProofs",
              "target": "#failed",
              "actions": [
                "keepNoProof",
                "orderClose"
              ]
            },
            "command.close": {
              "target": "#closing.disconnecting",
              "actions": "withdrawProofs"
            },
            "connection.lost": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "actions": [
                  "withdrawProofs",
                  "disconnected"
                ]
              },
              {
                "target": "#failed",
                "actions": [
                  "withdrawProofs",
                  "keepFailure",
                  "disconnected"
                ]
              }
            ]
          }
        },
        "registering": {
          "description": "Has said which addresses are ours; the board answers",
          "meta": {
            "clause": "Setup 2, 3"
          },
          "on": {
            "received.boardDone": {
              "guard": "answersRegistration",
              "target": "awaitingChannels",
              "actions": "addressesRefused"
            },
            "received.boardError": [
              {
                "guard": "answersRegistration",
                "target": "#failed",
                "actions": [
                  "keepRefusal",
                  "orderClose"
                ]
              },
              {
                "actions": "refused"
              }
            ]
          },
          "after": {
            "joinTimeout": [
              {
                "guard": "mayRetryJoining",
                "target": "reconnecting"
              },
              {
                "target": "#failed",
                "actions": [
                  "keepSilence",
                  "orderTermination"
                ]
              }
            ]
          }
        },
        "awaitingChannels": {
          "description": "The list of what is proposed is to come, unless it has come already",
          "meta": {
            "clause": "Setup 4"
          },
          "always": {
            "guard": "hasChannels",
            "target": "#open",
            "actions": "joined"
          },
          "after": {
            "joinTimeout": [
              {
                "guard": "mayRetryJoining",
                "target": "reconnecting"
              },
              {
                "target": "#failed",
                "actions": [
                  "keepSilence",
                  "orderTermination"
                ]
              }
            ]
          }
        },
        "reconnecting": {
          "description": "The line broke; the addresses must be registered anew",
          "entry": [
            "countAttempt",
            "beginAnew",
            "requestConnection"
          ],
          "on": {
            "connection.opened": "awaitingAddressRequest",
            "connection.failed": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "reenter": true
              },
              {
                "target": "#failed",
                "actions": "keepFailure"
              }
            ],
            "command.close": {
              "target": "#closed",
              "actions": "withdrawConnection"
            }
          }
        }
      }
    },
    "open": {
      "id": "open",
      "description": "Knows what is proposed, and can be found",
      "tags": [
        "usable"
      ],
      "initial": "quiet",
      "on": {
        "received.requestAddresses": {
          "description": "Asked again",
          "actions": "sendRegisterAddresses"
        },
        "received.receiveChannels": [
          {
            "guard": "hasMore",
            "actions": [
              "skippedSome",
              "listed",
              "sendNextChannels"
            ]
          },
          {
            "actions": [
              "skippedSome",
              "listed"
            ]
          }
        ],
        "received.boardError": {
          "actions": "refused"
        },
        "received.boardDone": {
          "description": "Too late"
        },
        "command.propose": [
          {
            "guard": "isTooMany",
            "actions": "requestTooMany"
          },
          {
            "target": ".awaitingAnswers",
            "actions": [
              "keepProposal",
              "sendProposeChannel"
            ]
          }
        ],
        "command.withdraw": [
          {
            "guard": "isPlain",
            "actions": "requestNotSupported"
          },
          {
            "guard": "isTooMany",
            "actions": "requestTooMany"
          },
          {
            "target": ".awaitingAnswers",
            "actions": [
              "keepRequest",
              "sendWithdrawChannel"
            ]
          }
        ],
        "command.indicateInterest": [
          {
            "guard": "isTooMany",
            "actions": "requestTooMany"
          },
          {
            "target": ".awaitingAnswers",
            "actions": [
              "keepRequest",
              "sendIndicateInterest"
            ]
          }
        ],
        "command.close": "closing",
        "connection.lost": [
          {
            "guard": "mayRetry",
            "target": "opening.reconnecting",
            "actions": [
              "requestsUnknown",
              "forgetRequests",
              "disconnected"
            ]
          },
          {
            "target": "failed",
            "actions": [
              "requestsUnknown",
              "forgetRequests",
              "keepFailure",
              "disconnected"
            ]
          }
        ]
      },
      "after": {
        "joinTimeout": {
          "guard": "hasTried",
          "description": "The line holds",
          "actions": "forgetAttempts"
        }
      },
      "states": {
        "quiet": {
          "description": "No answer is due",
          "meta": {
            "clause": "Setup 4"
          }
        },
        "awaitingAnswers": {
          "description": "The server owes answers, or echoes",
          "meta": {
            "clause": "Alice Proposes a new Channel"
          },
          "on": {
            "received.boardDone": [
              {
                "guard": "endsLast",
                "target": "quiet",
                "actions": [
                  "requestDone",
                  "forgetRequest"
                ]
              },
              {
                "guard": "endsOne",
                "target": "awaitingAnswers",
                "reenter": true,
                "actions": [
                  "requestDone",
                  "forgetRequest"
                ]
              }
            ],
            "received.boardError": [
              {
                "guard": "endsLast",
                "target": "quiet",
                "actions": [
                  "requestFailed",
                  "forgetRequest"
                ]
              },
              {
                "guard": "endsOne",
                "target": "awaitingAnswers",
                "reenter": true,
                "actions": [
                  "requestFailed",
                  "forgetRequest"
                ]
              }
            ],
            "received.receiveChannelProposal": [
              {
                "guard": "endsLast",
                "target": "quiet",
                "actions": [
                  "proposed",
                  "requestDone",
                  "forgetRequest"
                ]
              },
              {
                "guard": "endsOne",
                "target": "awaitingAnswers",
                "reenter": true,
                "actions": [
                  "proposed",
                  "requestDone",
                  "forgetRequest"
                ]
              }
            ],
            "handedOver": [
              {
                "guard": "endsLast",
                "target": "quiet",
                "actions": [
                  "requestSent",
                  "forgetRequest"
                ]
              },
              {
                "guard": "endsOne",
                "target": "awaitingAnswers",
                "reenter": true,
                "actions": [
                  "requestSent",
                  "forgetRequest"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "quiet",
              "actions": [
                "requestsUnknown",
                "forgetRequests"
              ]
            }
          }
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "Nothing new is asked; what is under way is settled",
      "initial": "settling",
      "on": {
        "command.propose": {
          "actions": "requestClosing"
        },
        "command.withdraw": {
          "actions": "requestClosing"
        },
        "command.indicateInterest": {
          "actions": "requestClosing"
        },
        "command.close": {
          "description": "Is closing already"
        },
        "handedOver": {
          "guard": "endsOne",
          "actions": [
            "requestSent",
            "forgetRequest"
          ]
        },
        "received.boardDone": [
          {
            "guard": "endsOne",
            "actions": [
              "requestDone",
              "forgetRequest"
            ]
          },
          {
            "description": "Too late"
          }
        ],
        "received.boardError": [
          {
            "guard": "endsOne",
            "actions": [
              "requestFailed",
              "forgetRequest"
            ]
          },
          {
            "actions": "refused"
          }
        ],
        "received.receiveChannelProposal": [
          {
            "guard": "endsOne",
            "actions": [
              "proposed",
              "requestDone",
              "forgetRequest"
            ]
          },
          {
            "actions": "proposed"
          }
        ],
        "received.requestAddresses": {
          "description": "Was on its way"
        },
        "received.receiveChannels": {
          "description": "Was on its way"
        },
        "connection.lost": "closed"
      },
      "states": {
        "settling": {
          "description": "The last answers",
          "always": {
            "guard": "isSettled",
            "target": "disconnecting"
          },
          "after": {
            "closeTimeout": "disconnecting"
          }
        },
        "disconnecting": {
          "description": "The line's own closing",
          "entry": "orderClose",
          "after": {
            "closeTimeout": {
              "target": "#closed",
              "actions": "orderTermination"
            }
          }
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "Closed by the app",
      "tags": [
        "settled"
      ],
      "entry": [
        "requestsUnknown",
        "forgetRequests"
      ]
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "No connection, or the board did not take us",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "received.receiveChannelProposal": {
      "actions": "proposed"
    },
    "received.channelEnded": {
      "actions": "ended"
    },
    "received.receiveIndicator": {
      "actions": "interested"
    },
    "received.addressLost": {
      "actions": "displaced"
    },
    "received.boardError": {
      "actions": "refused"
    },
    "received.ponger": {
      "description": "Nobody asked; the line has its own pulse"
    },
    "received.malformed": {
      "actions": "violatedShape"
    },
    "received.*": {
      "actions": "violated"
    },
    "handedOver": {
      "description": "Its request has ended already"
    },
    "signed": {
      "description": "Of a connection that is given up"
    },
    "refused": {
      "description": "Of a connection that is given up"
    },
    "command.propose": {
      "actions": "requestNotOpen"
    },
    "command.withdraw": {
      "actions": "requestNotOpen"
    },
    "command.indicateInterest": {
      "actions": "requestNotOpen"
    },
    "connection.*": {
      "description": "Of a connection that is given up"
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
