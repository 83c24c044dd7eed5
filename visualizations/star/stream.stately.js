// star.stream: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "star.stream",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "One direction of a dial, at one place",
  "meta": {
    "clause": "Types: sio-pull"
  },
  "context": {
    "id": "a fresh id.dialer",
    "source": "app",
    "sink": "ours",
    "window": 262144,
    "acceptTimeout": 30000,
    "stallTimeout": 30000,
    "sinkHearsOfLoss": false,
    "sourceKnowsAbort": false,
    "error": null,
    "cause": null
  },
  "initial": "opening",
  "states": {
    "opening": {
      "description": "The sink has not accepted yet; what comes is held",
      "initial": "accepting",
      "tags": [
        "waiting"
      ],
      "after": {
        "acceptTimeout": {
          "target": "failed",
          "actions": [
            "keepUnaccepted",
            "sendFailure"
          ]
        }
      },
      "states": {
        "accepting": {
          "description": "The reader accepts as soon as its source exists, and only once",
          "always": [
            {
              "guard": "hasAppSource",
              "target": "awaitingAccept"
            },
            {
              "guard": "hasAppSink",
              "target": "#open",
              "actions": "sendAccept"
            },
            {
              "target": "awaitingAccept",
              "actions": "sendAccept"
            }
          ]
        },
        "awaitingAccept": {
          "description": "There is room",
          "tags": [
            "takes"
          ],
          "on": {
            "command.write": {
              "actions": "orderHold"
            },
            "received.queue": {
              "actions": "orderHold"
            },
            "crowded": {
              "target": "congested",
              "actions": "orderPause"
            },
            "received.accept": {
              "target": "#open",
              "actions": "orderFlow"
            },
            "command.end": {
              "target": "ended",
              "actions": "keepEnd"
            },
            "received.error": {
              "target": "ended",
              "actions": "keepError"
            },
            "connection.lost": [
              {
                "guard": "isSink",
                "target": "#failed",
                "actions": [
                  "keepLoss",
                  "sendAbort"
                ]
              },
              {
                "target": "ended",
                "actions": "keepLoss"
              }
            ]
          }
        },
        "congested": {
          "description": "The window is full",
          "tags": [
            "takes"
          ],
          "on": {
            "command.write": {
              "actions": "orderHold"
            },
            "received.queue": {
              "actions": "orderHold"
            },
            "received.accept": {
              "target": "#congested",
              "actions": "orderFlow"
            },
            "command.end": {
              "target": "ended",
              "actions": [
                "keepEnd",
                "orderResume"
              ]
            },
            "received.error": {
              "target": "ended",
              "actions": [
                "keepError",
                "orderResume"
              ]
            },
            "connection.lost": [
              {
                "guard": "isSink",
                "target": "#failed",
                "actions": [
                  "keepLoss",
                  "orderResume",
                  "sendAbort"
                ]
              },
              {
                "target": "ended",
                "actions": [
                  "keepLoss",
                  "orderResume"
                ]
              }
            ]
          }
        },
        "ended": {
          "description": "The source has said everything already",
          "on": {
            "received.accept": {
              "target": "#closing",
              "actions": "orderFlow"
            },
            "connection.lost": [
              {
                "guard": "isSink",
                "target": "#failed",
                "actions": [
                  "keepLoss",
                  "sendAbort"
                ]
              },
              {
                "description": "The source has said everything"
              }
            ]
          }
        }
      }
    },
    "open": {
      "id": "open",
      "description": "Chunks go through",
      "initial": "flowing",
      "tags": [
        "takes"
      ],
      "on": {
        "received.credit": {
          "actions": "orderCredit"
        },
        "room": [
          {
            "guard": "givesCredit",
            "actions": "sendCredit"
          },
          {
            "description": "The source is not counted; it is read, or not"
          }
        ]
      },
      "states": {
        "flowing": {
          "description": "The sink takes what comes",
          "on": {
            "command.write": {
              "actions": "sendQueue"
            },
            "received.queue": [
              {
                "guard": "hasAppSink",
                "actions": "readable"
              },
              {
                "actions": "sendQueue"
              }
            ],
            "crowded": {
              "target": "congested",
              "actions": "orderPause"
            },
            "command.end": {
              "target": "#closing",
              "actions": "keepEnd"
            },
            "received.error": {
              "target": "#closing",
              "actions": "keepError"
            },
            "connection.lost": [
              {
                "guard": "isSink",
                "target": "#failed",
                "actions": [
                  "keepLoss",
                  "sendAbort"
                ]
              },
              {
                "target": "#closing",
                "actions": "keepLoss"
              }
            ]
          }
        },
        "congested": {
          "id": "congested",
          "description": "The window is full: the source waits",
          "entry": "orderDrain",
          "on": {
            "command.write": {
              "actions": "orderHold"
            },
            "received.queue": {
              "actions": "orderHold"
            },
            "drained": {
              "target": "flowing",
              "actions": "orderResume"
            },
            "command.end": {
              "target": "#closing",
              "actions": [
                "keepEnd",
                "orderResume"
              ]
            },
            "received.error": {
              "target": "#closing",
              "actions": [
                "keepError",
                "orderResume"
              ]
            },
            "connection.lost": [
              {
                "guard": "isSink",
                "target": "#failed",
                "actions": [
                  "keepLoss",
                  "orderResume",
                  "sendAbort"
                ]
              },
              {
                "target": "#closing",
                "actions": [
                  "keepLoss",
                  "orderResume"
                ]
              }
            ]
          },
          "after": {
            "stallTimeout": [
              {
                "guard": "hasOldSource",
                "description": "A whole socket waits for this one reader",
                "target": "#failed",
                "actions": [
                  "keepStalled",
                  "orderResume",
                  "sendFailure"
                ]
              },
              {
                "description": "It waits by itself, as long as it likes"
              }
            ]
          }
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "The source has ended; what is held still goes to the sink",
      "initial": "draining",
      "on": {
        "received.credit": {
          "actions": "orderCredit"
        },
        "connection.lost": [
          {
            "guard": "isSink",
            "target": "#failed",
            "actions": [
              "keepLoss",
              "sendAbort"
            ]
          },
          {
            "description": "The source has said everything"
          }
        ]
      },
      "states": {
        "draining": {
          "description": "Until nothing is held",
          "entry": "orderDrain",
          "on": {
            "drained": [
              {
                "guard": "hasAppSink",
                "target": "ended"
              },
              {
                "target": "ended",
                "actions": "sendEnd"
              }
            ]
          },
          "after": {
            "stallTimeout": [
              {
                "guard": "hasOldSink",
                "target": "#failed",
                "actions": [
                  "keepStalled",
                  "sendFailure"
                ]
              },
              {
                "description": "It reads when it likes"
              }
            ]
          }
        },
        "ended": {
          "description": "The sink knows the end",
          "always": [
            {
              "guard": "hasEndedWell",
              "target": "#closed"
            },
            {
              "target": "#failed"
            }
          ]
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "Everything has been handed on",
      "tags": [
        "settled"
      ]
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "Cut short, and why",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "received.abort": {
      "target": ".failed",
      "actions": [
        "keepAbort",
        "orderResume",
        "sendAbort"
      ]
    },
    "command.abort": {
      "target": ".failed",
      "actions": [
        "keepAbort",
        "orderResume",
        "sendFailure"
      ]
    },
    "overrun": {
      "target": ".failed",
      "actions": [
        "keepOverrun",
        "orderResume",
        "sendFailure",
        "violatedLimit"
      ]
    },
    "undialled": {
      "target": ".failed",
      "actions": [
        "keepUndialled",
        "orderResume"
      ]
    },
    "crowded": {
      "description": "It waits already"
    },
    "drained": {
      "description": "Of a state that was left"
    },
    "room": {
      "description": "Nothing more will come"
    },
    "received.*": {
      "actions": "violated"
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
