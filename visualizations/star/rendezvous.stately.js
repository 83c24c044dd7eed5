// star.rendezvous: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "star.rendezvous",
  "version": "1",
  "options": {
    "maxIterations": 100
  },
  "description": "The rendezvous server's side of one socket",
  "meta": {
    "clause": "Events"
  },
  "context": {
    "name": "1",
    "challenge": true,
    "strict": true,
    "maxAddresses": 16,
    "maxDials": 64,
    "maxViolations": 50,
    "nonceTimeout": 30000,
    "closeTimeout": 5000,
    "joined": [],
    "joins": [],
    "dialling": [],
    "incoming": [],
    "violations": 0,
    "closure": {
      "code": 1000,
      "reason": ""
    }
  },
  "initial": "open",
  "states": {
    "open": {
      "description": "Connected",
      "tags": [
        "usable"
      ],
      "initial": "quiet",
      "on": {
        "received.ss-join": [
          {
            "guard": "mayNotJoin",
            "actions": "refuseJoin"
          },
          {
            "guard": "needsNoProof",
            "actions": [
              "keepJoin",
              "requestListing"
            ]
          },
          {
            "guard": "bringsItsKey",
            "actions": [
              "keepChallenge",
              "sendNonce"
            ]
          },
          {
            "guard": "answersChallenge",
            "actions": [
              "takeNonce",
              "consultSignature"
            ]
          },
          {
            "description": "No key of this peer, no signature, or too late",
            "actions": [
              "refuseJoin",
              "forgetChallenge"
            ]
          }
        ],
        "verified": [
          {
            "guard": "isProven",
            "actions": [
              "requestProvenListing",
              "keepProof"
            ]
          },
          {
            "guard": "isDisproven",
            "actions": [
              "refuseProof",
              "forgetProof"
            ]
          },
          {
            "description": "It has left meanwhile"
          }
        ],
        "listed": [
          {
            "guard": "answersThis",
            "target": ".announcing",
            "actions": [
              "sendJoined",
              "keepAddress"
            ]
          },
          {
            "description": "It has left meanwhile",
            "actions": "orderLateUnlisting"
          }
        ],
        "unlistable": [
          {
            "guard": "answersThis",
            "actions": [
              "sendUnlistable",
              "forgetListing"
            ]
          },
          {
            "description": "It has left meanwhile"
          }
        ],
        "received.ss-leave": {
          "description": "What it has not joined, or is still joining",
          "actions": "forgetChallenge"
        },
        "received.ss-dial": [
          {
            "guard": "mayNotDial",
            "actions": "refuseDial"
          },
          {
            "actions": [
              "keepDial",
              "requestDial"
            ]
          }
        ],
        "reached": [
          {
            "guard": "answersDial",
            "actions": [
              "keepReached",
              "startDialerStream",
              "tellDial"
            ]
          },
          {
            "description": "Nobody waits for it"
          }
        ],
        "unreachable": [
          {
            "guard": "answersDial",
            "actions": [
              "sendUnreachable",
              "forgetDial"
            ]
          },
          {
            "description": "Nobody waits for it"
          }
        ],
        "dialled": [
          {
            "guard": "isAccepted",
            "actions": [
              "startListenerStream",
              "sendDialled",
              "forgetDial"
            ]
          },
          {
            "guard": "answersDial",
            "actions": [
              "stopDialerStream",
              "sendUndialled",
              "forgetDial"
            ]
          },
          {
            "description": "Nobody waits for it"
          }
        ],
        "dialExpired": [
          {
            "guard": "answersDial",
            "actions": [
              "stopDialerStream",
              "tellDropped",
              "sendTimedOut",
              "forgetDial"
            ]
          },
          {
            "description": "Nobody waits for it"
          }
        ],
        "dial": [
          {
            "guard": "isBusy",
            "actions": "tellBusy"
          },
          {
            "actions": [
              "keepIncoming",
              "sendSsIncomming"
            ]
          }
        ],
        "received.ss-incomming.reply": [
          {
            "guard": "answersIncoming",
            "actions": [
              "tellAnswer",
              "forgetIncoming"
            ]
          },
          {
            "description": "Too late"
          }
        ],
        "dropped": [
          {
            "guard": "isIncoming",
            "actions": "forgetIncoming"
          },
          {
            "description": "Is answered already"
          }
        ],
        "connection.lost": {
          "target": "closed",
          "actions": [
            "orderAllUnlisting",
            "tellAllGone",
            "forgetAll"
          ]
        },
        "command.close": {
          "target": "closing.disconnecting",
          "actions": [
            "closeAsGoingAway",
            "orderAllUnlisting",
            "sendAllClosing",
            "tellAllGone",
            "orderCut",
            "forgetAll"
          ]
        }
      },
      "states": {
        "quiet": {
          "description": "Has joined nothing: is told of nobody, and cannot be dialled",
          "meta": {
            "clause": "ss-join"
          }
        },
        "announcing": {
          "description": "Has joined: the others are told of it, and it of them",
          "meta": {
            "clause": "ss-leave"
          },
          "on": {
            "received.ss-leave": [
              {
                "guard": "isOnlyAddress",
                "target": "quiet",
                "actions": [
                  "orderUnlisting",
                  "forgetAddress",
                  "forgetChallenge"
                ]
              },
              {
                "guard": "isJoined",
                "actions": [
                  "orderUnlisting",
                  "forgetAddress",
                  "forgetChallenge"
                ]
              },
              {
                "description": "What it has not joined, or is still joining",
                "actions": "forgetChallenge"
              }
            ],
            "displaced": [
              {
                "guard": "isOnlyAddress",
                "target": "quiet",
                "actions": "forgetAddress"
              },
              {
                "guard": "isJoined",
                "actions": "forgetAddress"
              },
              {
                "description": "Has left it already"
              }
            ]
          }
        }
      }
    },
    "closing": {
      "description": "Nothing new is taken",
      "on": {
        "received.ss-join": {
          "actions": "refuseJoinAsClosing"
        },
        "received.ss-dial": {
          "actions": "refuseDialAsClosing"
        },
        "received.*": {
          "description": "The last word was said"
        },
        "command.close": {
          "description": "Is closing already"
        },
        "connection.lost": "closed"
      },
      "initial": "disconnecting",
      "states": {
        "disconnecting": {
          "description": "The line's own closing",
          "meta": {
            "clause": "ss-leave"
          },
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
      "description": "Gone: its addresses lead nowhere",
      "tags": [
        "settled"
      ]
    }
  },
  "on": {
    "dial": {
      "description": "Its line is going",
      "actions": "tellGone"
    },
    "listed": {
      "description": "Its line is going",
      "actions": "orderLateUnlisting"
    },
    "displaced": {
      "description": "Has nothing to lose"
    },
    "dropped": {
      "description": "Its line is going"
    },
    "verified": {
      "description": "Its line is going"
    },
    "unlistable": {
      "description": "Its line is going"
    },
    "reached": {
      "description": "Its line is going"
    },
    "unreachable": {
      "description": "Its line is going"
    },
    "dialled": {
      "description": "Its line is going"
    },
    "dialExpired": {
      "description": "Its line is going"
    },
    "received.malformed": [
      {
        "guard": "hasViolatedTooOften",
        "target": ".closing.disconnecting",
        "actions": [
          "refuseShape",
          "violatedShape",
          "closeForViolations",
          "orderAllUnlisting",
          "sendAllClosing",
          "tellAllGone",
          "orderCut",
          "forgetAll"
        ]
      },
      {
        "actions": [
          "countViolation",
          "refuseShape",
          "violatedShape"
        ]
      }
    ],
    "received.*": [
      {
        "guard": "hasViolatedTooOften",
        "target": ".closing.disconnecting",
        "actions": [
          "violated",
          "closeForViolations",
          "orderAllUnlisting",
          "sendAllClosing",
          "tellAllGone",
          "orderCut",
          "forgetAll"
        ]
      },
      {
        "actions": [
          "countViolation",
          "violated"
        ]
      }
    ],
    "command.*": {
      "actions": "misused"
    }
  }
});
