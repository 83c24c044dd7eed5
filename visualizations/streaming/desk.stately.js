// streaming.desk: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "streaming.desk",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "Where a payer comes in",
  "meta": {
    "clause": "Idle state 2"
  },
  "context": {
    "payee": {
      "publicKey": "the key of the payee",
      "wallet": "the wallet of the payee"
    },
    "offers": [],
    "maxViolations": 20,
    "key": "",
    "violations": 0
  },
  "initial": "open",
  "states": {
    "open": {
      "description": "Passes on what is for a channel",
      "meta": {
        "clause": "Idle state 2, 3"
      },
      "tags": [
        "usable"
      ],
      "always": {
        "guard": "violatesTooOften",
        "target": "closing",
        "actions": "orderRefusal"
      },
      "on": {
        "received.publicKey": [
          {
            "guard": "isOffered",
            "actions": "sendPublicKey"
          },
          {
            "actions": [
              "refuseStream",
              "countViolation"
            ]
          }
        ],
        "received.newChannel": {
          "actions": [
            "keepKey",
            "passOnOpening"
          ]
        },
        "received.refund": {
          "actions": [
            "keepKey",
            "passOnOpening"
          ]
        },
        "received.latestState": {
          "actions": [
            "keepKey",
            "passOn"
          ]
        },
        "received.play": {
          "actions": [
            "keepKey",
            "passOn"
          ]
        },
        "received.pay": {
          "guard": "isNamed",
          "actions": "passOn"
        },
        "received.topUp": {
          "actions": "passOn"
        },
        "received.pause": {
          "actions": "passOn"
        },
        "received.close": {
          "actions": "passOn"
        },
        "received.receipt": {
          "actions": "passOn"
        },
        "received.malformed": {
          "actions": [
            "refuseShape",
            "violatedShape",
            "countViolation"
          ]
        },
        "unknown": [
          {
            "guard": "isState",
            "description": "\"Or empty\"",
            "actions": "sendNoState"
          },
          {
            "actions": [
              "refuseUnknownKey",
              "countViolation"
            ]
          }
        ],
        "faulted": {
          "actions": "countViolation"
        },
        "connection.lost": "closed",
        "command.close": {
          "target": "closing",
          "actions": "orderClose"
        }
      }
    },
    "closing": {
      "description": "The socket is being closed",
      "on": {
        "command.close": {
          "description": "Is closing already"
        },
        "connection.lost": "closed",
        "received.*": {
          "description": "Was on its way"
        }
      },
      "after": {
        "closeTimeout": "closed"
      }
    },
    "closed": {
      "type": "final",
      "description": "The socket is gone",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "unknown": {
      "description": "The socket is closing"
    },
    "faulted": {
      "description": "The socket is closing"
    },
    "received.*": {
      "actions": [
        "refuseUnexpected",
        "violated",
        "countViolation"
      ]
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
