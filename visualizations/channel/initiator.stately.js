// channel.initiator: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "channel.initiator",
  "version": "3",
  "options": {
    "maxIterations": 100
  },
  "description": "Opens a channel, and pays and is paid in it",
  "meta": {
    "clause": "Channel open",
    "durable": true
  },
  "context": {
    "era": "legacy",
    "keys": {
      "initiator": "the key of the initiator",
      "responder": "the key of the responder"
    },
    "accounts": {
      "initiator": "ak$…",
      "responder": "ak$…"
    },
    "initiatorAmount": "10",
    "responderAmount": "10",
    "pushAmount": "3",
    "channelReserve": "2",
    "lockPeriod": 10,
    "ttl": 1000,
    "maxFee": "1000",
    "isLenient": false,
    "mayAbort": false,
    "keepsRunning": false,
    "isWatched": true,
    "existing": null,
    "attempts": 10,
    "openTimeout": 1800000,
    "answerTimeout": 10000,
    "signTimeout": 480000,
    "finishTimeout": 540000,
    "settleTimeout": 5000,
    "closeTimeout": 5000,
    "role": "initiator",
    "channelId": "",
    "isOpened": false,
    "agreed": null,
    "promised": null,
    "rivals": [],
    "held": null,
    "nothings": 0,
    "started": null,
    "unlearned": null,
    "asked": null,
    "fsmId": "",
    "isLeft": false,
    "isLeftBehind": false,
    "isDisputed": false,
    "opening": "",
    "attempt": 0,
    "ended": "not",
    "reason": "",
    "isTurnedAway": false
  },
  "initial": "idle",
  "states": {
    "idle": {
      "id": "idle",
      "description": "Not connected; the channel, if there is one, stays",
      "on": {
        "command.open": [
          {
            "guard": "isOpened",
            "target": "#open.reconnecting",
            "actions": "keepOpening"
          },
          {
            "guard": "hasChannel",
            "target": "#opening.reconnecting",
            "actions": "keepOpening"
          },
          {
            "target": "#opening",
            "actions": "keepOpening"
          }
        ],
        "command.disconnect": {
          "description": "Has gone already",
          "actions": "departed"
        }
      }
    },
    "opening": {
      "id": "opening",
      "description": "On the way to an open channel",
      "meta": {
        "clause": "Channel open"
      },
      "tags": [
        "waiting"
      ],
      "initial": "connecting",
      "on": {
        "received.info.channel_accept": {
          "actions": "progressed"
        },
        "received.info.channel_open": {
          "actions": "progressed"
        },
        "received.info.funding_created": {
          "actions": "progressed"
        },
        "received.info.funding_signed": {
          "actions": "progressed"
        },
        "received.info.own_funding_locked": {
          "actions": "progressed"
        },
        "received.info.funding_locked": {
          "actions": "progressed"
        },
        "received.sign.create": [
          {
            "guard": "isSigned",
            "description": "Asked again, said again",
            "actions": "sendReply"
          },
          {
            "actions": "violatedSign"
          }
        ],
        "received.on_chain_tx": [
          {
            "guard": "isKnownState",
            "description": "Said again"
          },
          {
            "actions": "violatedState"
          }
        ],
        "received.error": {
          "target": "#stopping",
          "actions": [
            "reported",
            "keepError",
            "failedByError",
            "forgetCommands"
          ]
        },
        "connection.lost": [
          {
            "guard": "isTurnedAway",
            "target": "#stopping",
            "actions": [
              "keepFailure",
              "dropUnsigned"
            ]
          },
          {
            "guard": "mayRetry",
            "target": ".reconnecting",
            "actions": [
              "disconnected",
              "dropUnsigned"
            ]
          },
          {
            "target": "#stopping",
            "actions": [
              "keepFailure",
              "dropUnsigned"
            ]
          }
        ],
        "command.disconnect": {
          "target": "#idle",
          "actions": [
            "dropUnsigned",
            "failedByLeaving",
            "forgetCommands",
            "orderClose",
            "departed"
          ]
        }
      },
      "after": {
        "openTimeout": {
          "target": "#stopping",
          "actions": [
            "keepSilence",
            "failedBySilence",
            "forgetCommands",
            "dropUnsigned"
          ]
        }
      },
      "states": {
        "connecting": {
          "description": "The first connection",
          "meta": {
            "clause": "Connection opened messages"
          },
          "entry": "requestConnection",
          "on": {
            "connection.opened": "#greeting",
            "connection.lost": {
              "description": "Of the connection before"
            },
            "connection.failed": {
              "target": "#stopping",
              "actions": "keepFailure"
            },
            "command.disconnect": {
              "target": "#idle",
              "actions": [
                "withdrawConnection",
                "failedByLeaving",
                "forgetCommands",
                "departed"
              ]
            }
          }
        },
        "awaitingChannelAccept": {
          "id": "greeting",
          "description": "The responder accepts",
          "meta": {
            "clause": "Connection opened messages"
          },
          "on": {
            "received.sign.create": [
              {
                "guard": "isSignable",
                "target": "#createSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#stopping",
                "actions": [
                  "declined",
                  "keepRefusal",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.info.channel_accept": {
              "target": "awaitingSign",
              "actions": "progressed"
            }
          }
        },
        "awaitingSign": {
          "description": "The create transaction comes for signing",
          "meta": {
            "clause": "Create transaction signing"
          },
          "on": {
            "received.sign.create": [
              {
                "guard": "isSignable",
                "target": "#createSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#stopping",
                "actions": [
                  "declined",
                  "keepRefusal",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ]
          }
        },
        "awaitingSignature": {
          "id": "createSignature",
          "description": "The create transaction is with our signer",
          "meta": {
            "clause": "Create transaction signing"
          },
          "exit": "withdrawSignature",
          "on": {
            "received.sign.create": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "target": "#stopping",
                "actions": [
                  "declined",
                  "keepRefusal",
                  "failedByRefusal",
                  "forgetCommands",
                  "dropPromise"
                ]
              }
            ],
            "signed": {
              "guard": "answersSignature",
              "target": "#afterSignature",
              "actions": [
                "keepSignature",
                "sendReply"
              ]
            },
            "refused": {
              "guard": "answersSignature",
              "target": "#stopping",
              "actions": [
                "declined",
                "keepRefusal",
                "failedByRefusal",
                "forgetCommands",
                "dropPromise"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "#stopping",
              "actions": [
                "declined",
                "keepNoSignature",
                "failedBySilence",
                "forgetCommands",
                "dropPromise"
              ]
            }
          }
        },
        "awaitingFundingSigned": {
          "description": "Signed; the responder has not yet",
          "meta": {
            "clause": "Create transaction signing"
          },
          "on": {
            "received.on_chain_tx": [
              {
                "guard": "isProofOfPromise",
                "target": "#locking",
                "actions": [
                  "keepCreated",
                  "progressedOnChain",
                  "agreed"
                ]
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.info.open": {
              "target": "#open",
              "actions": [
                "progressed",
                "keepOpen",
                "agreed",
                "opened",
                "forgetOpening"
              ]
            },
            "received.info.funding_signed": {
              "target": "awaitingOnChainTx",
              "actions": "progressed"
            }
          },
          "id": "afterSignature"
        },
        "awaitingOnChainTx": {
          "description": "Signed; the node puts it on the chain when both have",
          "meta": {
            "clause": "Signed channel_create_tx"
          },
          "on": {
            "received.on_chain_tx": [
              {
                "guard": "isProofOfPromise",
                "target": "#locking",
                "actions": [
                  "keepCreated",
                  "progressedOnChain",
                  "agreed"
                ]
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.info.open": {
              "target": "#open",
              "actions": [
                "progressed",
                "keepOpen",
                "agreed",
                "opened",
                "forgetOpening"
              ]
            }
          }
        },
        "awaitingLocks": {
          "id": "locking",
          "description": "Blocks are mined on top of it",
          "meta": {
            "clause": "Block inclusion"
          },
          "on": {
            "received.info.open": {
              "target": "#open",
              "actions": [
                "progressed",
                "keepOpen",
                "agreed",
                "opened",
                "forgetOpening"
              ]
            },
            "received.info.own_funding_locked": {
              "target": "awaitingFundingLocked",
              "actions": "progressed"
            },
            "received.info.funding_locked": {
              "target": "awaitingOwnFundingLocked",
              "actions": "progressed"
            }
          }
        },
        "awaitingFundingLocked": {
          "description": "Our node has seen enough blocks; the other has not said so",
          "meta": {
            "clause": "Block inclusion"
          },
          "on": {
            "received.info.open": {
              "target": "#open",
              "actions": [
                "progressed",
                "keepOpen",
                "agreed",
                "opened",
                "forgetOpening"
              ]
            },
            "received.info.funding_locked": {
              "target": "awaitingOpen",
              "actions": "progressed"
            }
          }
        },
        "awaitingOwnFundingLocked": {
          "description": "The other has seen enough blocks; our node has not said so",
          "meta": {
            "clause": "Block inclusion"
          },
          "on": {
            "received.info.open": {
              "target": "#open",
              "actions": [
                "progressed",
                "keepOpen",
                "agreed",
                "opened",
                "forgetOpening"
              ]
            },
            "received.info.own_funding_locked": {
              "target": "awaitingOpen",
              "actions": "progressed"
            }
          }
        },
        "awaitingOpen": {
          "description": "Locked on both sides",
          "meta": {
            "clause": "Open confirmation"
          },
          "on": {
            "received.info.open": {
              "target": "#open",
              "actions": [
                "progressed",
                "keepOpen",
                "agreed",
                "opened",
                "forgetOpening"
              ]
            }
          }
        },
        "reconnecting": {
          "description": "The line broke; what was signed stays signed",
          "entry": [
            "countAttempt",
            "requestConnection"
          ],
          "on": {
            "connection.opened": "recalling",
            "connection.lost": {
              "description": "Of the connection before"
            },
            "connection.failed": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "reenter": true
              },
              {
                "target": "#stopping",
                "actions": "keepFailure"
              }
            ],
            "command.disconnect": {
              "target": "#idle",
              "actions": [
                "withdrawConnection",
                "failedByLeaving",
                "forgetCommands",
                "departed"
              ]
            }
          }
        },
        "recalling": {
          "description": "How far had we come?",
          "always": [
            {
              "guard": "isOnChain",
              "target": "awaitingLocks"
            },
            {
              "guard": "hasSigned",
              "description": "Said again",
              "target": "awaitingOnChainTx",
              "actions": "sendReply"
            },
            {
              "target": "#greeting"
            }
          ]
        },
        "stopping": {
          "id": "stopping",
          "description": "It does not go on; a channel is not forgotten for that",
          "entry": [
            "failedByLoss",
            "forgetCommands",
            "orderClose"
          ],
          "always": [
            {
              "guard": "hasChannel",
              "target": "#idle",
              "actions": "stopped"
            },
            {
              "target": "#failed"
            }
          ]
        }
      }
    },
    "open": {
      "id": "open",
      "description": "The channel is open",
      "meta": {
        "clause": "Start update"
      },
      "tags": [
        "usable"
      ],
      "initial": "ready",
      "on": {
        "received.info.channel_accept": {
          "description": "Said again on a new connection"
        },
        "received.info.channel_open": {
          "description": "Said again on a new connection"
        },
        "received.info.funding_created": {
          "description": "Said again on a new connection"
        },
        "received.info.funding_signed": {
          "description": "Said again on a new connection"
        },
        "received.info.own_funding_locked": {
          "description": "Said again on a new connection"
        },
        "received.info.funding_locked": {
          "description": "Said again on a new connection"
        },
        "received.info.open": {
          "description": "Said again on a new connection",
          "actions": "forgetLeft"
        },
        "received.info.update": {
          "description": "The other has started one"
        },
        "received.info.deposit_created": {
          "description": "The other has started one"
        },
        "received.info.withdraw_created": {
          "description": "The other has started one"
        },
        "received.info.own_deposit_locked": {
          "description": "Said again"
        },
        "received.info.deposit_locked": {
          "description": "Said again"
        },
        "received.info.own_withdraw_locked": {
          "description": "Said again"
        },
        "received.info.withdraw_locked": {
          "description": "Said again"
        },
        "received.info.update_finalized": {
          "description": "Is finished already"
        },
        "received.info.aborted_update": {
          "description": "Of what we did not sign"
        },
        "received.on_chain_tx": [
          {
            "guard": "isDispute",
            "target": "#disputed",
            "actions": [
              "dropUnsigned",
              "failedByDispute",
              "forgetCommands",
              "keepDispute",
              "disputed"
            ]
          },
          {
            "guard": "isSettlement",
            "description": "Closed alone while we were away",
            "actions": "settled"
          },
          {
            "guard": "isKnownState",
            "description": "The create transaction, said again"
          },
          {
            "actions": "violatedState"
          }
        ],
        "received.update": [
          {
            "guard": "isProof",
            "actions": [
              "keepProof",
              "agreed"
            ]
          },
          {
            "guard": "isKnownState",
            "description": "Said again"
          },
          {
            "guard": "isNewer",
            "target": ".learning",
            "actions": "keepNewer"
          },
          {
            "actions": "violatedState"
          }
        ],
        "received.get": {
          "description": "The answer to a question that is over"
        },
        "received.pong": {
          "guard": "isBegunBefore",
          "description": "What we had begun is void, or the node would have put it to us first",
          "actions": [
            "failedByConflict",
            "forgetCommands"
          ]
        },
        "received.sign.update": [
          {
            "guard": "isAgreed",
            "description": "Is finished; said again",
            "actions": "sendAgreed"
          },
          {
            "actions": "violatedSign"
          }
        ],
        "received.sign.deposit_tx": [
          {
            "guard": "isAgreed",
            "description": "Is finished; said again",
            "actions": "sendAgreed"
          },
          {
            "actions": "violatedSign"
          }
        ],
        "received.sign.withdraw_tx": [
          {
            "guard": "isAgreed",
            "description": "Is finished; said again",
            "actions": "sendAgreed"
          },
          {
            "actions": "violatedSign"
          }
        ],
        "received.sign.update_ack": [
          {
            "guard": "isAgreed",
            "description": "Is finished; said again",
            "actions": "sendAgreed"
          },
          {
            "guard": "isSignable",
            "target": "#awaitingAckSignature",
            "actions": [
              "requestSignature",
              "keepPromise"
            ]
          },
          {
            "target": "#refusing",
            "actions": [
              "declined",
              "sendAbort",
              "failedByRefusal",
              "forgetCommands"
            ]
          }
        ],
        "received.sign.deposit_ack": [
          {
            "guard": "isAgreed",
            "description": "Is finished; said again",
            "actions": "sendAgreed"
          },
          {
            "guard": "isSignable",
            "target": "#awaitingAckSignature",
            "actions": [
              "requestSignature",
              "keepPromise"
            ]
          },
          {
            "target": "#refusing",
            "actions": [
              "declined",
              "sendAbort",
              "failedByRefusal",
              "forgetCommands"
            ]
          }
        ],
        "received.sign.withdraw_ack": [
          {
            "guard": "isAgreed",
            "description": "Is finished; said again",
            "actions": "sendAgreed"
          },
          {
            "guard": "isSignable",
            "target": "#awaitingAckSignature",
            "actions": [
              "requestSignature",
              "keepPromise"
            ]
          },
          {
            "target": "#refusing",
            "actions": [
              "declined",
              "sendAbort",
              "failedByRefusal",
              "forgetCommands"
            ]
          }
        ],
        "received.sign.shutdown_sign_ack": [
          {
            "guard": "isSignable",
            "target": "#closing.awaitingSignature",
            "actions": [
              "requestSignature",
              "keepPromise"
            ]
          },
          {
            "target": "#refusing",
            "actions": [
              "declined",
              "sendAbort",
              "failedByRefusal",
              "forgetCommands"
            ]
          }
        ],
        "received.conflict": [
          {
            "guard": "isLateConflict",
            "description": "Of a race that is over"
          },
          {
            "guard": "isOurRound",
            "target": "#inConflict",
            "actions": [
              "voidPromise",
              "failedByConflict",
              "forgetCommands",
              "conflicted"
            ]
          },
          {
            "actions": "violatedRound"
          }
        ],
        "received.leave": [
          {
            "guard": "staysRunning",
            "description": "Only the other leaves, if the node lets us stay",
            "actions": "keepLeftBehind"
          },
          {
            "target": "#idle",
            "actions": [
              "left",
              "forgetLeave",
              "keepLeft",
              "dropUnsigned",
              "failedByLeaving",
              "forgetCommands",
              "orderClose"
            ]
          }
        ],
        "received.info.peer_disconnected": {
          "actions": [
            "forgetLeftBehind",
            "leftBehind"
          ]
        },
        "received.info.channel_reestablished": {
          "description": "The other is back",
          "actions": "reestablished"
        },
        "received.info.died": [
          {
            "guard": "isLeftBehind",
            "target": "#idle",
            "actions": [
              "left",
              "forgetLeave",
              "keepLeft",
              "dropUnsigned",
              "failedByLeaving",
              "forgetCommands",
              "orderClose"
            ]
          },
          {
            "target": "#died"
          }
        ],
        "connection.lost": [
          {
            "guard": "isLeftBehind",
            "target": "#idle",
            "actions": [
              "left",
              "forgetLeave",
              "keepLeft",
              "dropUnsigned",
              "failedByLeaving",
              "forgetCommands",
              "orderClose"
            ]
          },
          {
            "guard": "isTurnedAway",
            "target": "#stopping",
            "actions": [
              "keepFailure",
              "dropUnsigned"
            ]
          },
          {
            "guard": "mayRetry",
            "target": ".reconnecting",
            "actions": [
              "disconnected",
              "dropUnsigned"
            ]
          },
          {
            "target": "#stopping",
            "actions": [
              "keepFailure",
              "dropUnsigned"
            ]
          }
        ],
        "command.message": {
          "actions": "sendMessage"
        },
        "command.disconnect": {
          "target": "#idle",
          "actions": [
            "dropUnsigned",
            "failedByLeaving",
            "forgetCommands",
            "orderClose",
            "departed"
          ]
        }
      },
      "states": {
        "ready": {
          "description": "Nothing is under way",
          "meta": {
            "clause": "Start update"
          },
          "entry": "readied",
          "on": {
            "command.bury": {
              "actions": [
                "forgetRival",
                "tellHeld"
              ],
              "target": "ready",
              "reenter": true
            },
            "command.guard": {
              "actions": [
                "keepGuard",
                "tellHeld"
              ],
              "target": "ready",
              "reenter": true
            },
            "command.update": {
              "guard": "mayBegin",
              "target": "awaitingSign",
              "actions": [
                "keepStarted",
                "sendUpdate"
              ]
            },
            "command.deposit": {
              "guard": "mayBegin",
              "target": "awaitingSign",
              "actions": [
                "keepStarted",
                "sendDeposit"
              ]
            },
            "command.withdraw": {
              "guard": "mayBegin",
              "target": "awaitingSign",
              "actions": [
                "keepStarted",
                "sendWithdraw"
              ]
            },
            "command.shutdown": {
              "target": "#closing",
              "actions": [
                "keepStarted",
                "sendShutdown"
              ]
            },
            "command.leave": {
              "target": "leaving",
              "actions": "keepStarted"
            },
            "received.info.update": "awaitingAckSign",
            "received.info.deposit_created": "awaitingAckSign",
            "received.info.withdraw_created": "awaitingAckSign",
            "received.sign.update": [
              {
                "guard": "isAgreed",
                "description": "Is finished; said again",
                "actions": "sendAgreed"
              },
              {
                "description": "What we have given up; the node waits for it now",
                "target": "refusing",
                "actions": [
                  "declined",
                  "sendAbort"
                ]
              }
            ],
            "received.sign.deposit_tx": [
              {
                "guard": "isAgreed",
                "description": "Is finished; said again",
                "actions": "sendAgreed"
              },
              {
                "description": "What we have given up; the node waits for it now",
                "target": "refusing",
                "actions": [
                  "declined",
                  "sendAbort"
                ]
              }
            ],
            "received.sign.withdraw_tx": [
              {
                "guard": "isAgreed",
                "description": "Is finished; said again",
                "actions": "sendAgreed"
              },
              {
                "description": "What we have given up; the node waits for it now",
                "target": "refusing",
                "actions": [
                  "declined",
                  "sendAbort"
                ]
              }
            ],
            "received.conflict": [
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "description": "Said again: nothing is under way"
              },
              {
                "actions": "violatedRound"
              }
            ]
          },
          "after": {
            "settleTimeout": {
              "guard": "needsRound",
              "description": "What is void may still count: not after an update of nothing",
              "target": "awaitingSign",
              "actions": [
                "keepNothing",
                "sendNothing"
              ]
            },
            "answerTimeout": {
              "guard": "hasTried",
              "description": "The line holds",
              "actions": "forgetAttempts"
            }
          }
        },
        "awaitingSign": {
          "description": "Our change is with the node",
          "meta": {
            "clause": "Start update"
          },
          "on": {
            "received.sign.update": [
              {
                "guard": "isSignable",
                "target": "awaitingSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.sign.deposit_tx": [
              {
                "guard": "isSignable",
                "target": "awaitingSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.sign.withdraw_tx": [
              {
                "guard": "isSignable",
                "target": "awaitingSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.pong": {
              "guard": "isBegunBefore",
              "description": "What we had begun is void, or the node would have put it to us first",
              "actions": [
                "failedByConflict",
                "forgetCommands"
              ],
              "target": "ready"
            },
            "received.error": [
              {
                "guard": "isAboutOther",
                "actions": "reported"
              },
              {
                "target": "ready",
                "actions": [
                  "reported",
                  "failedByError",
                  "forgetCommands"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "ready",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "awaitingSignature": {
          "description": "Our change is with our signer",
          "meta": {
            "clause": "Start update"
          },
          "exit": "withdrawSignature",
          "on": {
            "received.sign.update": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.deposit_tx": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_tx": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.update_ack": {
              "description": "A conflict follows"
            },
            "received.sign.deposit_ack": {
              "description": "A conflict follows"
            },
            "received.sign.withdraw_ack": {
              "description": "A conflict follows"
            },
            "received.sign.shutdown_sign_ack": {
              "description": "A conflict follows"
            },
            "signed": {
              "guard": "answersSignature",
              "target": "awaitingFinalized",
              "actions": [
                "keepSignature",
                "sendReply"
              ]
            },
            "refused": {
              "guard": "answersSignature",
              "target": "#refusing",
              "actions": [
                "declined",
                "sendAbort",
                "failedByRefusal",
                "forgetCommands",
                "dropPromise"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "#refusing",
              "actions": [
                "declined",
                "sendAbort",
                "failedBySilence",
                "forgetCommands",
                "dropPromise"
              ]
            }
          }
        },
        "awaitingFinalized": {
          "description": "Signed; the acknowledger has not yet",
          "meta": {
            "clause": "Finish update"
          },
          "on": {
            "received.info.update_finalized": [
              {
                "guard": "isUnprovenEnd",
                "actions": "violatedSignatures"
              },
              {
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished"
                ]
              }
            ],
            "received.update": [
              {
                "guard": "isProofOfPromise",
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished"
                ]
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "guard": "isNewer",
                "target": "#learning",
                "actions": "keepNewer"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.conflict": [
              {
                "guard": "isFinishedByConflict",
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "conflicted"
                ]
              },
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "target": "#inConflict",
                "actions": [
                  "voidPromise",
                  "failedByConflict",
                  "forgetCommands",
                  "conflicted"
                ]
              },
              {
                "actions": "violatedRound"
              }
            ],
            "received.sign.shutdown_sign_ack": {
              "actions": "declined"
            },
            "received.sign.update": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.deposit_tx": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_tx": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.update_ack": [
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.deposit_ack": [
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_ack": [
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.on_chain_tx": [
              {
                "guard": "isDispute",
                "target": "#disputed",
                "actions": [
                  "dropUnsigned",
                  "failedByDispute",
                  "forgetCommands",
                  "keepDispute",
                  "disputed"
                ]
              },
              {
                "guard": "isPosted",
                "target": "awaitingLocks",
                "actions": "progressedOnChain"
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "actions": "violatedState"
              }
            ]
          },
          "after": {
            "finishTimeout": {
              "description": "What we have signed stays signed",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "awaitingAckSign": {
          "description": "The other's change comes for signing",
          "meta": {
            "clause": "Acknowledger update"
          },
          "after": {
            "answerTimeout": "ready"
          }
        },
        "awaitingAckSignature": {
          "id": "awaitingAckSignature",
          "description": "The other's change is with our signer",
          "meta": {
            "clause": "Acknowledger update"
          },
          "exit": "withdrawSignature",
          "on": {
            "received.sign.update_ack": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.deposit_ack": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_ack": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.shutdown_sign_ack": {
              "description": "A conflict follows"
            },
            "signed": {
              "guard": "answersSignature",
              "target": "awaitingAckFinalized",
              "actions": [
                "keepSignature",
                "sendReply"
              ]
            },
            "refused": {
              "guard": "answersSignature",
              "target": "#refusing",
              "actions": [
                "declined",
                "sendAbort",
                "failedByRefusal",
                "forgetCommands",
                "dropPromise"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "#refusing",
              "actions": [
                "declined",
                "sendAbort",
                "failedBySilence",
                "forgetCommands",
                "dropPromise"
              ]
            }
          }
        },
        "awaitingAckFinalized": {
          "description": "Both have signed; the node has not said so",
          "meta": {
            "clause": "Finish update"
          },
          "on": {
            "received.info.update_finalized": [
              {
                "guard": "isUnprovenEnd",
                "actions": "violatedSignatures"
              },
              {
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished"
                ]
              }
            ],
            "received.update": [
              {
                "guard": "isProofOfPromise",
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished"
                ]
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "guard": "isNewer",
                "target": "#learning",
                "actions": "keepNewer"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.conflict": [
              {
                "guard": "isFinishedByConflict",
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "conflicted"
                ]
              },
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "target": "#inConflict",
                "actions": [
                  "voidPromise",
                  "failedByConflict",
                  "forgetCommands",
                  "conflicted"
                ]
              },
              {
                "actions": "violatedRound"
              }
            ],
            "received.sign.shutdown_sign_ack": {
              "actions": "declined"
            },
            "received.sign.update_ack": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.deposit_ack": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_ack": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.on_chain_tx": [
              {
                "guard": "isDispute",
                "target": "#disputed",
                "actions": [
                  "dropUnsigned",
                  "failedByDispute",
                  "forgetCommands",
                  "keepDispute",
                  "disputed"
                ]
              },
              {
                "guard": "isPosted",
                "target": "awaitingLocks",
                "actions": "progressedOnChain"
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "actions": "violatedState"
              }
            ]
          },
          "after": {
            "finishTimeout": {
              "description": "What we have signed stays signed",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "awaitingLocks": {
          "description": "Blocks are mined on top of the deposit or withdrawal",
          "meta": {
            "clause": "HTTP requests"
          },
          "on": {
            "received.info.update_finalized": [
              {
                "guard": "isUnprovenEnd",
                "actions": "violatedSignatures"
              },
              {
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished"
                ]
              }
            ],
            "received.update": [
              {
                "guard": "isProofOfPromise",
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished"
                ]
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "guard": "isNewer",
                "target": "#learning",
                "actions": "keepNewer"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.conflict": [
              {
                "guard": "isFinishedByConflict",
                "target": "#choosing",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "conflicted"
                ]
              },
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "target": "#inConflict",
                "actions": [
                  "voidPromise",
                  "failedByConflict",
                  "forgetCommands",
                  "conflicted"
                ]
              },
              {
                "actions": "violatedRound"
              }
            ],
            "received.sign.shutdown_sign_ack": {
              "actions": "declined"
            },
            "received.info.own_deposit_locked": {
              "actions": "progressed"
            },
            "received.info.deposit_locked": {
              "actions": "progressed"
            },
            "received.info.own_withdraw_locked": {
              "actions": "progressed"
            },
            "received.info.withdraw_locked": {
              "actions": "progressed"
            },
            "received.sign.update": {
              "actions": "declined"
            },
            "received.sign.deposit_tx": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_tx": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.update_ack": [
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.deposit_ack": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.withdraw_ack": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "guard": "isNext",
                "target": "#awaitingAckSignature",
                "actions": [
                  "adoptPromised",
                  "agreed",
                  "updated",
                  "forgetFinished",
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "actions": "declined"
              }
            ],
            "received.on_chain_tx": [
              {
                "guard": "isDispute",
                "target": "#disputed",
                "actions": [
                  "dropUnsigned",
                  "failedByDispute",
                  "forgetCommands",
                  "keepDispute",
                  "disputed"
                ]
              },
              {
                "guard": "isPosted",
                "description": "Said again"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "actions": "violatedState"
              }
            ]
          },
          "after": {
            "openTimeout": {
              "description": "What we have signed stays signed",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "inConflict": {
          "id": "inConflict",
          "description": "Both started at once, or one did not sign: all is as both last signed it",
          "meta": {
            "clause": "Update conflict"
          },
          "entry": "readied",
          "on": {
            "command.bury": {
              "actions": [
                "forgetRival",
                "tellHeld"
              ],
              "target": "inConflict",
              "reenter": true
            },
            "command.guard": {
              "actions": [
                "keepGuard",
                "tellHeld"
              ],
              "target": "inConflict",
              "reenter": true
            },
            "command.update": {
              "guard": "mayBegin",
              "target": "awaitingSign",
              "actions": [
                "keepStarted",
                "sendUpdate"
              ]
            },
            "command.deposit": {
              "guard": "mayBegin",
              "target": "awaitingSign",
              "actions": [
                "keepStarted",
                "sendDeposit"
              ]
            },
            "command.withdraw": {
              "guard": "mayBegin",
              "target": "awaitingSign",
              "actions": [
                "keepStarted",
                "sendWithdraw"
              ]
            },
            "command.shutdown": {
              "target": "#closing",
              "actions": [
                "keepStarted",
                "sendShutdown"
              ]
            },
            "command.leave": {
              "target": "leaving",
              "actions": "keepStarted"
            },
            "received.info.update": "awaitingAckSign",
            "received.info.deposit_created": "awaitingAckSign",
            "received.info.withdraw_created": "awaitingAckSign",
            "received.sign.update": {
              "description": "Of what is void; a node that waits for it all the same is told",
              "actions": "sendAbort"
            },
            "received.sign.deposit_tx": {
              "description": "Of what is void; a node that waits for it all the same is told",
              "actions": "sendAbort"
            },
            "received.sign.withdraw_tx": {
              "description": "Of what is void; a node that waits for it all the same is told",
              "actions": "sendAbort"
            },
            "received.conflict": [
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "description": "Said again"
              },
              {
                "actions": "violatedRound"
              }
            ]
          },
          "after": {
            "settleTimeout": {
              "guard": "needsRound",
              "description": "What is void may still count: not after an update of nothing",
              "target": "awaitingSign",
              "actions": [
                "keepNothing",
                "sendNothing"
              ]
            }
          }
        },
        "refusing": {
          "id": "refusing",
          "description": "We did not sign: a conflict follows, or the node gives up",
          "meta": {
            "clause": "Update conflict"
          },
          "on": {
            "received.sign.update": {
              "actions": [
                "declined",
                "sendAbort"
              ]
            },
            "received.sign.deposit_tx": {
              "actions": [
                "declined",
                "sendAbort"
              ]
            },
            "received.sign.withdraw_tx": {
              "actions": [
                "declined",
                "sendAbort"
              ]
            },
            "received.info.update": "awaitingAckSign",
            "received.info.deposit_created": "awaitingAckSign",
            "received.info.withdraw_created": "awaitingAckSign",
            "received.info.aborted_update": "inConflict",
            "received.conflict": [
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "target": "inConflict",
                "actions": "conflicted"
              },
              {
                "actions": "violatedRound"
              }
            ]
          }
        },
        "leaving": {
          "description": "We want to leave; the node tells us the last state",
          "meta": {
            "clause": "Channel state"
          },
          "tags": [
            "waiting"
          ],
          "entry": "sendLeave",
          "on": {
            "received.error": [
              {
                "guard": "isAboutOther",
                "actions": "reported"
              },
              {
                "target": "ready",
                "actions": [
                  "reported",
                  "failedByError",
                  "forgetCommands"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "ready",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "reconnecting": {
          "description": "The line broke; what was signed stays signed",
          "entry": [
            "countAttempt",
            "requestConnection"
          ],
          "on": {
            "connection.opened": [
              {
                "guard": "isLeft",
                "target": "reestablishing"
              },
              {
                "guard": "hasOnlyBegun",
                "target": "choosing",
                "actions": [
                  "keepCut",
                  "sendPing",
                  "resumed",
                  "forgetOpening"
                ]
              },
              {
                "target": "choosing",
                "actions": [
                  "sendReply",
                  "resumed",
                  "forgetOpening"
                ]
              }
            ],
            "connection.lost": {
              "description": "Of the connection before"
            },
            "connection.failed": [
              {
                "guard": "mayRetry",
                "target": "reconnecting",
                "reenter": true
              },
              {
                "target": "#stopping",
                "actions": "keepFailure"
              }
            ],
            "command.disconnect": {
              "target": "#idle",
              "actions": [
                "withdrawConnection",
                "failedByLeaving",
                "forgetCommands",
                "departed"
              ]
            }
          }
        },
        "reestablishing": {
          "description": "Back after both had left; the other is not yet",
          "meta": {
            "clause": "Channel state"
          },
          "tags": [
            "waiting"
          ],
          "on": {
            "received.info.channel_reestablished": {
              "description": "As `open` says",
              "actions": "noticed"
            },
            "received.info.open": [
              {
                "guard": "isUnknown",
                "target": "learning",
                "actions": [
                  "forgetLeft",
                  "reestablished"
                ]
              },
              {
                "target": "choosing",
                "actions": [
                  "forgetLeft",
                  "reestablished",
                  "sendReply",
                  "resumed",
                  "forgetOpening"
                ]
              }
            ],
            "received.update": [
              {
                "guard": "isNewer",
                "target": "learning",
                "actions": [
                  "forgetLeft",
                  "keepNewer",
                  "reestablished"
                ]
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.error": [
              {
                "guard": "isNotNow",
                "description": "Our old line is not closed yet; so is this one next",
                "actions": "reported"
              },
              {
                "target": "#stopping",
                "actions": [
                  "reported",
                  "keepError",
                  "failedByError",
                  "forgetCommands"
                ]
              }
            ]
          },
          "after": {
            "openTimeout": {
              "target": "#stopping",
              "actions": [
                "keepSilence",
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "learning": {
          "id": "learning",
          "description": "Both have signed a state that we do not know: what has each in it?",
          "meta": {
            "clause": "Channel state"
          },
          "tags": [
            "waiting"
          ],
          "entry": "sendGetBalances",
          "on": {
            "received.sign.update": {
              "actions": "keepAsked"
            },
            "received.sign.deposit_tx": {
              "actions": "keepAsked"
            },
            "received.sign.withdraw_tx": {
              "actions": "keepAsked"
            },
            "received.sign.update_ack": {
              "actions": "keepAsked"
            },
            "received.sign.deposit_ack": {
              "actions": "keepAsked"
            },
            "received.sign.withdraw_ack": {
              "actions": "keepAsked"
            },
            "received.sign.shutdown_sign_ack": {
              "actions": "keepAsked"
            },
            "received.get": [
              {
                "guard": "isFirstLearned",
                "target": "choosing",
                "actions": [
                  "learn",
                  "agreed",
                  "resumed",
                  "forgetOpening",
                  "askAgain"
                ]
              },
              {
                "guard": "isLearned",
                "target": "choosing",
                "actions": [
                  "learn",
                  "agreed",
                  "tellHeld",
                  "missed",
                  "resumed",
                  "forgetOpening",
                  "failedByConflict",
                  "forgetCommands",
                  "askAgain"
                ]
              },
              {
                "actions": "violatedBalances"
              }
            ],
            "received.update": [
              {
                "guard": "isNewer",
                "target": "learning",
                "reenter": true,
                "actions": "keepNewer"
              },
              {
                "guard": "isKnownState",
                "description": "Said again"
              },
              {
                "actions": "violatedState"
              }
            ],
            "received.conflict": {
              "description": "Of a race that is over"
            }
          },
          "after": {
            "answerTimeout": [
              {
                "guard": "isUnknown",
                "target": "#stopping",
                "actions": [
                  "keepSilence",
                  "failedBySilence",
                  "forgetCommands"
                ]
              },
              {
                "target": "choosing",
                "actions": [
                  "resumed",
                  "forgetOpening",
                  "forgetNewer"
                ]
              }
            ]
          }
        },
        "choosing": {
          "id": "choosing",
          "description": "What is under way?",
          "always": [
            {
              "guard": "isDisputed",
              "target": "#disputed"
            },
            {
              "guard": "hasSignedOwn",
              "target": "awaitingFinalized"
            },
            {
              "guard": "hasSignedOther",
              "target": "awaitingAckFinalized"
            },
            {
              "guard": "hasSigned",
              "target": "#closing.awaitingOnChainTx"
            },
            {
              "guard": "startsShutdown",
              "target": "#closing.awaitingShutdownSign"
            },
            {
              "guard": "startsLeave",
              "target": "leaving"
            },
            {
              "guard": "hasStarted",
              "target": "awaitingSign"
            },
            {
              "target": "ready"
            }
          ]
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "The channel ends: both agree, or the chain decides",
      "meta": {
        "clause": "Channel mutual close"
      },
      "tags": [
        "waiting"
      ],
      "initial": "awaitingShutdownSign",
      "on": {
        "received.info.channel_accept": {
          "description": "Said again on a new connection"
        },
        "received.info.channel_open": {
          "description": "Said again on a new connection"
        },
        "received.info.funding_created": {
          "description": "Said again on a new connection"
        },
        "received.info.funding_signed": {
          "description": "Said again on a new connection"
        },
        "received.info.own_funding_locked": {
          "description": "Said again on a new connection"
        },
        "received.info.funding_locked": {
          "description": "Said again on a new connection"
        },
        "received.info.open": {
          "description": "Said again on a new connection",
          "actions": "forgetLeft"
        },
        "received.info.close_mutual": {
          "description": "As on_chain_tx says"
        },
        "received.info.update": {
          "description": "The other has started one"
        },
        "received.info.deposit_created": {
          "description": "The other has started one"
        },
        "received.info.withdraw_created": {
          "description": "The other has started one"
        },
        "received.info.own_deposit_locked": {
          "description": "Said again"
        },
        "received.info.deposit_locked": {
          "description": "Said again"
        },
        "received.info.own_withdraw_locked": {
          "description": "Said again"
        },
        "received.info.withdraw_locked": {
          "description": "Said again"
        },
        "received.info.aborted_update": {
          "description": "Of what we did not sign"
        },
        "received.get": {
          "description": "The answer to a question that is over"
        },
        "received.info.update_finalized": {
          "description": "Is finished already"
        },
        "received.update": [
          {
            "guard": "isKnownState",
            "description": "Said again"
          },
          {
            "actions": "violatedState"
          }
        ],
        "received.on_chain_tx": [
          {
            "guard": "isDispute",
            "target": "#disputed",
            "actions": [
              "dropUnsigned",
              "failedByDispute",
              "forgetCommands",
              "keepDispute",
              "disputed"
            ]
          },
          {
            "guard": "isKnownState",
            "description": "Said again"
          },
          {
            "actions": "violatedState"
          }
        ],
        "received.leave": {
          "target": "#idle",
          "actions": [
            "left",
            "forgetLeave",
            "keepLeft",
            "dropUnsigned",
            "failedByLeaving",
            "forgetCommands",
            "orderClose"
          ]
        },
        "connection.lost": [
          {
            "guard": "isTurnedAway",
            "target": "#stopping",
            "actions": [
              "keepFailure",
              "dropUnsigned"
            ]
          },
          {
            "guard": "mayRetry",
            "target": "#open.reconnecting",
            "actions": [
              "disconnected",
              "dropUnsigned"
            ]
          },
          {
            "target": "#stopping",
            "actions": [
              "keepFailure",
              "dropUnsigned"
            ]
          }
        ],
        "command.message": {
          "actions": "sendMessage"
        },
        "command.disconnect": {
          "target": "#idle",
          "actions": [
            "dropUnsigned",
            "failedByLeaving",
            "forgetCommands",
            "orderClose",
            "departed"
          ]
        }
      },
      "states": {
        "awaitingShutdownSign": {
          "description": "Our wish to close is with the node",
          "meta": {
            "clause": "Channel mutual close"
          },
          "on": {
            "received.sign.shutdown_sign": [
              {
                "guard": "isSignable",
                "target": "awaitingSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.sign.shutdown_sign_ack": [
              {
                "guard": "isSignable",
                "target": "awaitingSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.sign.update_ack": [
              {
                "guard": "isAgreed",
                "description": "Is finished; said again",
                "actions": "sendAgreed"
              },
              {
                "guard": "isSignable",
                "target": "#awaitingAckSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.sign.deposit_ack": [
              {
                "guard": "isAgreed",
                "description": "Is finished; said again",
                "actions": "sendAgreed"
              },
              {
                "guard": "isSignable",
                "target": "#awaitingAckSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.sign.withdraw_ack": [
              {
                "guard": "isAgreed",
                "description": "Is finished; said again",
                "actions": "sendAgreed"
              },
              {
                "guard": "isSignable",
                "target": "#awaitingAckSignature",
                "actions": [
                  "requestSignature",
                  "keepPromise"
                ]
              },
              {
                "target": "#refusing",
                "actions": [
                  "declined",
                  "sendAbort",
                  "failedByRefusal",
                  "forgetCommands"
                ]
              }
            ],
            "received.conflict": [
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "target": "#inConflict",
                "actions": [
                  "voidPromise",
                  "failedByConflict",
                  "forgetCommands",
                  "conflicted"
                ]
              },
              {
                "actions": "violatedRound"
              }
            ],
            "received.error": [
              {
                "guard": "isAboutOther",
                "actions": "reported"
              },
              {
                "target": "#open",
                "actions": [
                  "reported",
                  "failedByError",
                  "forgetCommands"
                ]
              }
            ]
          },
          "after": {
            "answerTimeout": {
              "target": "#open",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "awaitingSignature": {
          "description": "The closing is with our signer",
          "meta": {
            "clause": "Channel mutual close"
          },
          "exit": "withdrawSignature",
          "on": {
            "received.sign.shutdown_sign": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.shutdown_sign_ack": [
              {
                "guard": "isAsked",
                "description": "Is being signed"
              },
              {
                "actions": "declined"
              }
            ],
            "received.conflict": [
              {
                "guard": "isLateConflict",
                "description": "Of a race that is over"
              },
              {
                "guard": "isOurRound",
                "target": "#inConflict",
                "actions": [
                  "voidPromise",
                  "failedByConflict",
                  "forgetCommands",
                  "conflicted"
                ]
              },
              {
                "actions": "violatedRound"
              }
            ],
            "signed": {
              "guard": "answersSignature",
              "target": "awaitingOnChainTx",
              "actions": [
                "keepSignature",
                "sendReply"
              ]
            },
            "refused": {
              "guard": "answersSignature",
              "target": "#refusing",
              "actions": [
                "declined",
                "sendAbort",
                "failedByRefusal",
                "forgetCommands",
                "dropPromise"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "#refusing",
              "actions": [
                "declined",
                "sendAbort",
                "failedBySilence",
                "forgetCommands",
                "dropPromise"
              ]
            }
          }
        },
        "awaitingOnChainTx": {
          "description": "Signed; no state is signed after this one",
          "meta": {
            "clause": "Channel mutual close"
          },
          "on": {
            "received.sign.shutdown_sign": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.sign.shutdown_sign_ack": [
              {
                "guard": "isSigned",
                "description": "Asked again, said again",
                "actions": "sendReply"
              },
              {
                "actions": "declined"
              }
            ],
            "received.on_chain_tx": [
              {
                "guard": "isDispute",
                "target": "#disputed",
                "actions": [
                  "dropUnsigned",
                  "failedByDispute",
                  "forgetCommands",
                  "keepDispute",
                  "disputed"
                ]
              },
              {
                "guard": "isProofOfPromise",
                "target": "awaitingDied",
                "actions": [
                  "shutDown",
                  "forgetCommands"
                ]
              },
              {
                "guard": "isUnproven",
                "actions": "violatedSignatures"
              },
              {
                "guard": "isKnownState",
                "description": "The create transaction, said again"
              },
              {
                "actions": "violatedState"
              }
            ]
          },
          "after": {
            "finishTimeout": {
              "description": "What we have signed stays signed",
              "actions": [
                "failedBySilence",
                "forgetCommands"
              ]
            }
          }
        },
        "awaitingDied": {
          "description": "On its way to the chain",
          "meta": {
            "clause": "Channel closing"
          },
          "on": {
            "received.on_chain_tx": {
              "description": "Said again"
            },
            "received.info.died": {
              "target": "#closed",
              "actions": "orderClose"
            },
            "received.leave": {
              "description": "Is closed"
            },
            "connection.lost": {
              "target": "#closed",
              "description": "Without a word"
            },
            "command.disconnect": {
              "target": "#closed",
              "actions": [
                "orderClose",
                "departed"
              ]
            }
          },
          "after": {
            "closeTimeout": {
              "target": "#closed",
              "actions": "orderClose"
            }
          }
        },
        "disputed": {
          "id": "disputed",
          "description": "Somebody closes alone: the chain decides, and the last state counts",
          "meta": {
            "clause": "HTTP requests"
          },
          "on": {
            "received.on_chain_tx": [
              {
                "guard": "isDispute",
                "actions": "disputed"
              },
              {
                "guard": "isSettlement",
                "actions": "settled"
              },
              {
                "description": "Said again"
              }
            ],
            "received.sign.update": {
              "actions": "declined"
            },
            "received.sign.deposit_tx": {
              "actions": "declined"
            },
            "received.sign.withdraw_tx": {
              "actions": "declined"
            },
            "received.sign.update_ack": {
              "actions": "declined"
            },
            "received.sign.deposit_ack": {
              "actions": "declined"
            },
            "received.sign.withdraw_ack": {
              "actions": "declined"
            },
            "received.sign.shutdown_sign": {
              "actions": "declined"
            },
            "received.sign.shutdown_sign_ack": {
              "actions": "declined"
            },
            "received.conflict": {
              "description": "Nothing is under way"
            }
          }
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "Closed by both; the chain pays out",
      "tags": [
        "settled"
      ],
      "entry": "keepClosed"
    },
    "died": {
      "id": "died",
      "type": "final",
      "description": "The node has ended the channel: the last state closes it alone",
      "tags": [
        "settled"
      ],
      "entry": [
        "failedByDeath",
        "forgetCommands",
        "keepDeath",
        "died",
        "orderClose"
      ]
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "No channel came about",
      "tags": [
        "settled"
      ],
      "entry": "keepFailed"
    }
  },
  "on": {
    "signed": {
      "description": "To a question that is not asked any more"
    },
    "refused": {
      "description": "To a question that is not asked any more"
    },
    "handedOver": {
      "actions": "handed"
    },
    "command.bury": {
      "actions": [
        "forgetRival",
        "tellHeld"
      ]
    },
    "command.guard": {
      "actions": [
        "keepGuard",
        "tellHeld"
      ]
    },
    "received.info.died": "#died",
    "received.info.fsm_up": {
      "actions": [
        "keepFsm",
        "noticed"
      ]
    },
    "received.info.channel_reestablished": {
      "actions": "noticed"
    },
    "received.info.peer_disconnected": {
      "actions": "noticed"
    },
    "received.info.timeout": {
      "actions": "noticed"
    },
    "received.info.shutdown": {
      "actions": "noticed"
    },
    "received.info.closing": {
      "actions": "noticed"
    },
    "received.info.closed_confirmed": {
      "actions": "noticed"
    },
    "received.pong": {
      "description": "The line holds"
    },
    "received.info.other": {
      "actions": "noticed"
    },
    "received.message": {
      "actions": "messaged"
    },
    "received.error": {
      "actions": "reported"
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
