// star.listener: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "star.listener",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "A peer at a rendezvous server",
  "meta": {
    "clause": "Events: ss-join"
  },
  "context": {
    "address": "the multiaddr to be reached by",
    "publicKey": "",
    "attempts": 10,
    "patient": false,
    "maxIncoming": 256,
    "maxWaiting": 16,
    "joinTimeout": 10000,
    "closeTimeout": 5000,
    "attempt": 0,
    "nonce": "",
    "incoming": [],
    "waiting": [],
    "cause": "closed",
    "reason": ""
  },
  "initial": "idle",
  "states": {
    "idle": {
      "description": "Not asked to listen yet",
      "on": {
        "command.listen": "opening",
        "command.close": "closed"
      }
    },
    "opening": {
      "id": "opening",
      "description": "On the way to being reachable",
      "initial": "connecting",
      "tags": [
        "waiting"
      ],
      "on": {
        "command.close": {
          "target": "closing.disconnecting"
        },
        "connection.lost": [
          {
            "guard": "mayRetry",
            "target": ".reconnecting",
            "actions": "disconnected"
          },
          {
            "target": "failed",
            "actions": [
              "keepLoss",
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
            "connection.opened": "awaitingNonce",
            "connection.failed": [
              {
                "guard": "isPatient",
                "target": "reconnecting",
                "actions": "delayed"
              },
              {
                "target": "#failed",
                "actions": "keepNotOpened"
              }
            ],
            "command.close": {
              "target": "#closed",
              "actions": "withdrawConnection"
            }
          }
        },
        "awaitingNonce": {
          "description": "Has sent its key; a server that wants no proof answers at once that it has joined",
          "entry": "sendJoin",
          "on": {
            "received.ss-join.reply": [
              {
                "guard": "isRefused",
                "target": "refused",
                "actions": "keepRefusal"
              },
              {
                "guard": "hasNoIdentity",
                "target": "#failed",
                "actions": [
                  "keepNotProven",
                  "orderClose"
                ]
              },
              {
                "guard": "isNoNonce",
                "target": "#failed",
                "actions": [
                  "keepNoNonce",
                  "orderClose"
                ]
              },
              {
                "guard": "isChallenged",
                "target": "awaitingSignature",
                "actions": "keepNonce"
              },
              {
                "target": "#open",
                "actions": [
                  "keepJoined",
                  "joined",
                  "foundAll"
                ]
              }
            ],
            "received.malformed": {
              "guard": "isMisanswer",
              "target": "refused",
              "actions": [
                "violatedShape",
                "keepMisanswer"
              ]
            }
          },
          "after": {
            "joinTimeout": {
              "target": "refused",
              "actions": "keepUnanswered"
            }
          }
        },
        "awaitingSignature": {
          "description": "The key is elsewhere",
          "entry": "requestSignature",
          "on": {
            "signed": {
              "guard": "answersThis",
              "target": "awaitingJoined",
              "actions": "sendSignature"
            },
            "refused": {
              "guard": "answersThis",
              "target": "#failed",
              "actions": [
                "keepNotSigned",
                "orderClose"
              ]
            },
            "connection.lost": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "actions": [
                  "withdrawSignature",
                  "disconnected"
                ]
              },
              {
                "target": "#failed",
                "actions": [
                  "withdrawSignature",
                  "keepLoss",
                  "disconnected"
                ]
              }
            ],
            "command.close": {
              "target": "#closing.disconnecting",
              "actions": "withdrawSignature"
            }
          },
          "after": {
            "joinTimeout": {
              "target": "#failed",
              "actions": [
                "withdrawSignature",
                "keepUnsigned",
                "orderClose"
              ]
            }
          }
        },
        "awaitingJoined": {
          "description": "The server verifies the signature",
          "on": {
            "received.ss-join.reply": [
              {
                "guard": "isRefused",
                "target": "refused",
                "actions": "keepRefusal"
              },
              {
                "guard": "isChallenged",
                "target": "refused",
                "actions": "keepAskedAgain"
              },
              {
                "target": "#open",
                "actions": [
                  "keepJoined",
                  "joined",
                  "foundAll"
                ]
              }
            ],
            "received.malformed": {
              "guard": "isMisanswer",
              "target": "refused",
              "actions": [
                "violatedShape",
                "keepMisanswer"
              ]
            }
          },
          "after": {
            "joinTimeout": {
              "target": "refused",
              "actions": "keepUnanswered"
            }
          }
        },
        "refused": {
          "description": "Not this time",
          "always": [
            {
              "guard": "mayJoinAgain",
              "target": "reconnecting",
              "actions": "delayed"
            },
            {
              "target": "#failed",
              "actions": "orderClose"
            }
          ]
        },
        "reconnecting": {
          "description": "The next try has a challenge of its own",
          "entry": [
            "countAttempt",
            "requestConnection"
          ],
          "on": {
            "connection.opened": "awaitingNonce",
            "connection.failed": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "reenter": true,
                "actions": "delayed"
              },
              {
                "target": "#failed",
                "actions": "keepNotOpened"
              }
            ],
            "connection.lost": {
              "description": "It was given up"
            },
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
      "description": "Connected",
      "initial": "joined",
      "tags": [
        "usable"
      ],
      "meta": {
        "clause": "Events: ss-incomming"
      },
      "on": {
        "received.ws-peer": {
          "actions": "found"
        },
        "received.peers": {
          "actions": "changed"
        },
        "taken": {
          "actions": "forgetWaiting"
        },
        "ended": {
          "actions": "forgetDial"
        }
      },
      "states": {
        "joined": {
          "description": "Can be dialled, and dials",
          "on": {
            "received.ss-incomming": [
              {
                "guard": "isKnown",
                "actions": "sendKnown"
              },
              {
                "guard": "hasRoom",
                "actions": [
                  "startReader",
                  "startWriter",
                  "sendTaken",
                  "keepDial",
                  "dialled"
                ]
              },
              {
                "actions": "sendBusy"
              }
            ],
            "connection.lost": [
              {
                "guard": "mayRetry",
                "target": "#opening.reconnecting",
                "actions": [
                  "forgetDials",
                  "disconnected"
                ]
              },
              {
                "target": "#failed",
                "actions": [
                  "forgetDials",
                  "keepLoss",
                  "disconnected"
                ]
              }
            ],
            "command.leave": {
              "target": "left",
              "actions": "sendLeave"
            },
            "command.close": {
              "target": "#closing",
              "actions": "sendLeave"
            }
          },
          "after": {
            "joinTimeout": {
              "guard": "hasTried",
              "description": "The line holds",
              "actions": "forgetAttempts"
            }
          }
        },
        "left": {
          "description": "The address is given back; what is connected stays so",
          "meta": {
            "clause": "Events: ss-leave"
          },
          "on": {
            "received.ss-incomming": {
              "actions": "sendNotListening"
            },
            "connection.lost": {
              "target": "#closed",
              "actions": [
                "forgetDials",
                "disconnected"
              ]
            },
            "command.leave": {
              "description": "Has left already"
            },
            "command.close": "#closing"
          }
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "Nothing new; what is connected may end by itself",
      "meta": {
        "clause": "Events: ss-leave"
      },
      "initial": "settling",
      "on": {
        "command.leave": {
          "description": "Has left already"
        },
        "command.close": {
          "description": "Is closing already"
        },
        "received.ss-incomming": {
          "actions": "sendNotListening"
        },
        "received.ws-peer": {
          "description": "Was on its way"
        },
        "received.peers": {
          "description": "Was on its way"
        },
        "received.ss-join.reply": {
          "description": "Was on its way"
        },
        "connection.lost": "closed"
      },
      "states": {
        "settling": {
          "description": "Until no stream goes over the connection",
          "entry": "requestQuiet",
          "on": {
            "quiet": "disconnecting",
            "connection.lost": {
              "target": "#closed",
              "actions": "withdrawQuiet"
            }
          },
          "after": {
            "closeTimeout": {
              "target": "disconnecting",
              "actions": "withdrawQuiet"
            }
          }
        },
        "disconnecting": {
          "description": "The connection's closing handshake",
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
      ]
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "No connection, or no address",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "signed": {
      "description": "Of a join that was given up"
    },
    "refused": {
      "description": "Of a join that was given up"
    },
    "taken": {
      "description": "Of a dial that is gone"
    },
    "ended": {
      "description": "Of a dial that went with its connection"
    },
    "quiet": {
      "description": "Nobody waits for it any more"
    },
    "received.malformed": {
      "actions": [
        "refuseShape",
        "violatedShape"
      ]
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
