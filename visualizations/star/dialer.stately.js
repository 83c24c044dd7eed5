// star.dialer: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "star.dialer",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "One dial, at who dials",
  "meta": {
    "clause": "Events: ss-dial"
  },
  "context": {
    "dialId": "a fresh id",
    "from": "our address",
    "to": "the other address",
    "dialTimeout": 30000,
    "cause": "ended",
    "reason": ""
  },
  "initial": "opening",
  "states": {
    "opening": {
      "description": "Asks for the other peer",
      "initial": "awaitingCallback",
      "tags": [
        "waiting"
      ],
      "states": {
        "awaitingCallback": {
          "description": "The server asks the other peer",
          "entry": [
            "startWriter",
            "sendDial"
          ],
          "on": {
            "received.ss-dial.reply": [
              {
                "guard": "isRefused",
                "target": "#failed",
                "actions": [
                  "keepRefusal",
                  "dropWriter"
                ]
              },
              {
                "target": "#open",
                "actions": [
                  "startReader",
                  "connected"
                ]
              }
            ],
            "connection.lost": {
              "target": "#failed",
              "actions": [
                "keepLoss",
                "stopWriter"
              ]
            },
            "command.abort": {
              "target": "#failed",
              "actions": [
                "keepAbort",
                "stopWriter"
              ]
            },
            "ended": {
              "guard": "isWriter",
              "target": "awaitingReason"
            }
          },
          "after": {
            "dialTimeout": {
              "target": "#failed",
              "actions": [
                "keepUnanswered",
                "stopWriter"
              ]
            }
          }
        },
        "awaitingReason": {
          "description": "The way to the other peer is cut already; the callback says why",
          "on": {
            "received.ss-dial.reply": [
              {
                "guard": "isRefused",
                "target": "#failed",
                "actions": "keepRefusal"
              },
              {
                "target": "#open.awaitingReadEnd",
                "actions": [
                  "startReader",
                  "connected"
                ]
              }
            ],
            "connection.lost": {
              "target": "#failed",
              "actions": "keepLoss"
            },
            "command.abort": {
              "target": "#failed",
              "actions": "keepAbort"
            }
          },
          "after": {
            "dialTimeout": {
              "target": "#failed",
              "actions": "keepCut"
            }
          }
        }
      }
    },
    "open": {
      "id": "open",
      "description": "The two peers are connected",
      "initial": "bothWays",
      "tags": [
        "usable"
      ],
      "on": {
        "connection.lost": {
          "description": "Its streams end with it"
        },
        "command.abort": {
          "target": "failed",
          "actions": [
            "keepAbort",
            "stopWriter",
            "stopReader"
          ]
        }
      },
      "states": {
        "bothWays": {
          "description": "Neither direction has ended",
          "on": {
            "ended": [
              {
                "guard": "isReader",
                "target": "awaitingWriteEnd"
              },
              {
                "guard": "isWriter",
                "target": "awaitingReadEnd"
              }
            ]
          }
        },
        "awaitingReadEnd": {
          "description": "We have said everything",
          "on": {
            "ended": {
              "guard": "isReader",
              "target": "#closed"
            }
          }
        },
        "awaitingWriteEnd": {
          "description": "The other peer has said everything",
          "on": {
            "ended": {
              "guard": "isWriter",
              "target": "#closed"
            }
          }
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "Both directions have ended",
      "tags": [
        "settled"
      ]
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "There is no dial, and why",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "ended": {
      "description": "Of a stream of no concern"
    },
    "received.*": {
      "actions": "violated"
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
