// relay.client: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "relay.client",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "A stranger with an ephemeral address",
  "meta": {
    "clause": "Client"
  },
  "context": {
    "ack": true,
    "attempts": 5,
    "window": 64,
    "ackTimeout": 60000,
    "addressTimeout": 10000,
    "closeTimeout": 5000,
    "address": "",
    "attempt": 0,
    "agreedWindow": 64,
    "pending": [],
    "recent": [],
    "reason": ""
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
      "description": "On the way to an address",
      "initial": "connecting",
      "tags": [
        "waiting"
      ],
      "on": {
        "command.close": "closing.disconnecting"
      },
      "states": {
        "connecting": {
          "description": "The first connection",
          "entry": "requestConnection",
          "on": {
            "connection.opened": "awaitingAddress",
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
        "awaitingAddress": {
          "description": "Connected, without an address yet",
          "meta": {
            "clause": "Message Structure: INIT, INITRESP"
          },
          "entry": "sendInit",
          "on": {
            "received.INITRESP": [
              {
                "guard": "isAgreed",
                "target": "#open.acknowledged",
                "actions": [
                  "addressed",
                  "keepAddress"
                ]
              },
              {
                "target": "#open.plain",
                "actions": [
                  "addressed",
                  "keepAddress"
                ]
              }
            ],
            "received.ERR": [
              {
                "guard": "mayRetryAddress",
                "target": "reconnecting",
                "actions": "refused"
              },
              {
                "target": "#failed",
                "actions": [
                  "keepRefusal",
                  "refused",
                  "orderClose"
                ]
              }
            ],
            "connection.lost": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "actions": "disconnected"
              },
              {
                "target": "#failed",
                "actions": [
                  "keepFailure",
                  "disconnected"
                ]
              }
            ]
          },
          "after": {
            "addressTimeout": [
              {
                "guard": "mayRetryAddress",
                "target": "reconnecting"
              },
              {
                "target": "#failed",
                "actions": [
                  "keepNoAddress",
                  "orderTermination"
                ]
              }
            ]
          }
        },
        "reconnecting": {
          "description": "The line broke; the address is lost with it",
          "entry": [
            "countAttempt",
            "requestConnection"
          ],
          "on": {
            "connection.opened": "awaitingAddress",
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
      "description": "Reachable",
      "tags": [
        "usable"
      ],
      "on": {
        "handedOver": {
          "guard": "isPending",
          "actions": [
            "routeSent",
            "forgetRoute"
          ]
        },
        "received.ERR": {
          "actions": "refused"
        },
        "connection.lost": [
          {
            "guard": "mayRetry",
            "target": "opening.reconnecting",
            "actions": [
              "routesUnknown",
              "forgetRoutes",
              "disconnected"
            ]
          },
          {
            "target": "failed",
            "actions": [
              "routesUnknown",
              "forgetRoutes",
              "keepFailure",
              "disconnected"
            ]
          }
        ]
      },
      "after": {
        "addressTimeout": {
          "guard": "hasTried",
          "description": "The line holds",
          "actions": "forgetAttempts"
        }
      },
      "initial": "plain",
      "states": {
        "plain": {
          "description": "Speaks the five shapes of the text",
          "meta": {
            "clause": "Message Structure: ROUTE, DELIVER"
          },
          "on": {
            "command.route": [
              {
                "guard": "routesTooMany",
                "actions": "routeWindowFull"
              },
              {
                "actions": [
                  "keepRoute",
                  "sendRoute"
                ]
              }
            ],
            "command.close": "#closing.settling"
          }
        },
        "acknowledged": {
          "description": "Every route and delivery is acknowledged",
          "meta": {
            "clause": "Message Structure: ROUTE, DELIVER"
          },
          "initial": "quiet",
          "on": {
            "received.ACK": {
              "description": "Too late, or twice"
            },
            "received.LEAVE": {
              "target": "leaving",
              "actions": "sendLeft"
            },
            "command.close": {
              "target": "#closing.awaitingLeft",
              "actions": "sendLeave"
            }
          },
          "states": {
            "quiet": {
              "description": "No answer is due",
              "on": {
                "command.route": {
                  "target": "awaitingAck",
                  "actions": [
                    "keepRoute",
                    "sendNamedRoute"
                  ]
                }
              }
            },
            "awaitingAck": {
              "description": "The server owes answers",
              "on": {
                "command.route": [
                  {
                    "guard": "routesTooMany",
                    "actions": "routeWindowFull"
                  },
                  {
                    "actions": [
                      "keepRoute",
                      "sendNamedRoute"
                    ]
                  }
                ],
                "received.ACK": [
                  {
                    "guard": "isLastPending",
                    "target": "quiet",
                    "actions": [
                      "routeAcknowledged",
                      "forgetRoute"
                    ]
                  },
                  {
                    "guard": "isLater",
                    "actions": [
                      "routeAcknowledged",
                      "forgetRoute"
                    ]
                  },
                  {
                    "guard": "isPending",
                    "target": "awaitingAck",
                    "reenter": true,
                    "actions": [
                      "routeAcknowledged",
                      "forgetRoute"
                    ]
                  }
                ],
                "received.ERR": [
                  {
                    "guard": "isLastPending",
                    "target": "quiet",
                    "actions": [
                      "routeFailed",
                      "forgetRoute"
                    ]
                  },
                  {
                    "guard": "isLater",
                    "actions": [
                      "routeFailed",
                      "forgetRoute"
                    ]
                  },
                  {
                    "guard": "isPending",
                    "target": "awaitingAck",
                    "reenter": true,
                    "actions": [
                      "routeFailed",
                      "forgetRoute"
                    ]
                  },
                  {
                    "actions": "refused"
                  }
                ]
              },
              "after": {
                "ackTimeout": {
                  "target": "quiet",
                  "actions": [
                    "routesUnknown",
                    "forgetPending"
                  ]
                }
              }
            }
          }
        },
        "leaving": {
          "description": "The server goes away; it settles what is under way",
          "meta": {
            "clause": "Client: race condition during closure"
          },
          "on": {
            "command.route": {
              "actions": "routeClosing"
            },
            "received.ACK": {
              "guard": "isPending",
              "actions": [
                "routeAcknowledged",
                "forgetRoute"
              ]
            },
            "received.ERR": [
              {
                "guard": "isPending",
                "actions": [
                  "routeFailed",
                  "forgetRoute"
                ]
              },
              {
                "actions": "refused"
              }
            ],
            "command.close": "#closing.settling"
          }
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "Nothing new is sent; what is under way is settled",
      "meta": {
        "clause": "Client: race condition during closure"
      },
      "initial": "settling",
      "on": {
        "command.route": {
          "actions": "routeClosing"
        },
        "command.close": {
          "description": "Is closing already"
        },
        "handedOver": {
          "guard": "isPending",
          "actions": [
            "routeSent",
            "forgetRoute"
          ]
        },
        "received.ACK": {
          "guard": "isPending",
          "actions": [
            "routeAcknowledged",
            "forgetRoute"
          ]
        },
        "received.ERR": [
          {
            "guard": "isPending",
            "actions": [
              "routeFailed",
              "forgetRoute"
            ]
          },
          {
            "actions": "refused"
          }
        ],
        "received.LEAVE": {
          "description": "Both leave at once",
          "actions": "sendLeft"
        },
        "received.INITRESP": {
          "description": "Was on its way"
        },
        "connection.lost": "closed"
      },
      "states": {
        "awaitingLeft": {
          "description": "Has told the server to send nothing new",
          "on": {
            "received.LEFT": "settling"
          },
          "after": {
            "closeTimeout": "disconnecting"
          }
        },
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
          "description": "The WebSocket's closing handshake",
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
        "routesUnknown",
        "forgetRoutes"
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
    "received.DELIVER": [
      {
        "guard": "isRepeated",
        "description": "The acknowledgement was lost",
        "actions": "sendAck"
      },
      {
        "guard": "isNamed",
        "actions": [
          "delivered",
          "sendAck",
          "rememberDelivery"
        ]
      },
      {
        "actions": "delivered"
      }
    ],
    "handedOver": {
      "description": "Its route has ended already"
    },
    "command.route": {
      "actions": "routeNotOpen"
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
