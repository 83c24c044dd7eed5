// channel.node: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "channel.node",
  "version": "3",
  "options": {
    "maxIterations": 200
  },
  "description": "Has both sign, and counts only what both have signed",
  "meta": {
    "clause": "Introduction",
    "durable": true
  },
  "context": {
    "terms": {
      "initiator": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "responder": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "initiatorName": "ak_2dqvheyJXzEYpywfm8g7TshzLbaXWTwHKQPkh4rYX3Db2B3TPZ",
      "responderName": "ak_TyZP9LK3ftqc2NYL61WBe6mcw65xsiBcYxJoxsgV84feoimYf",
      "era": "modern",
      "port": 1234,
      "lockPeriod": "10",
      "pushAmount": "3",
      "initiatorAmount": "10",
      "responderAmount": "10",
      "channelReserve": "2",
      "ttl": "1000"
    },
    "minimumDepth": 4,
    "createFee": "1",
    "closeFee": "1",
    "changeFee": "1",
    "fsmIds": {
      "initiator": "ba_1",
      "responder": "ba_2"
    },
    "maxPostponed": 1,
    "maxHeld": 1,
    "maxWaiting": 10000,
    "lingerTimeout": 600000,
    "parties": {
      "initiator": {
        "dialect": "text",
        "takesMore": false,
        "keepsRunning": false,
        "isHere": false,
        "hasLeft": false,
        "isAlone": false
      },
      "responder": {
        "dialect": "text",
        "takesMore": false,
        "keepsRunning": false,
        "isHere": false,
        "hasLeft": false,
        "isAlone": false
      }
    },
    "askedDepth": null,
    "timeouts": {},
    "channelId": "",
    "agreed": null,
    "proposed": null,
    "closer": "initiator",
    "wanted": null,
    "dispute": null,
    "closingTx": "",
    "postponed": [],
    "held": [],
    "owing": {
      "initiator": "",
      "responder": ""
    },
    "voided": [],
    "unheardVoid": {
      "initiator": [],
      "responder": []
    },
    "unheardConflict": {
      "initiator": 0,
      "responder": 0
    },
    "ended": "",
    "unheard": {
      "initiator": false,
      "responder": false
    },
    "reason": ""
  },
  "initial": "opening",
  "states": {
    "opening": {
      "description": "Until the create transaction is deep enough in the chain",
      "meta": {
        "clause": "Channel open: Channel parameters"
      },
      "tags": [
        "waiting"
      ],
      "initial": "awaitingParties",
      "states": {
        "awaitingParties": {
          "description": "The other party, with the same terms",
          "meta": {
            "clause": "Channel open: Channel parameters"
          },
          "on": {
            "joined": [
              {
                "guard": "isComplete",
                "target": "awaitingNonce",
                "actions": [
                  "keepParty",
                  "sendUp",
                  "sendChannelOpen",
                  "sendChannelAccept"
                ]
              },
              {
                "target": "awaitingParties",
                "reenter": true,
                "actions": [
                  "keepParty",
                  "sendUp"
                ]
              }
            ],
            "left": [
              {
                "guard": "isAlone",
                "target": "#failed",
                "actions": "keepAlone"
              },
              {
                "actions": "forgetParty"
              }
            ],
            "disagreed": {
              "target": "#failed",
              "actions": [
                "keepDisagreement",
                "orderCloseForDisagreement"
              ]
            }
          },
          "after": {
            "pairTimeout": {
              "target": "#farewell",
              "actions": [
                "keepDied",
                "died"
              ]
            }
          }
        },
        "awaitingNonce": {
          "description": "The initiator’s next nonce, from the chain",
          "meta": {
            "clause": "Channel open: Create transaction signing"
          },
          "entry": "requestNonce",
          "on": {
            "reserved": {
              "guard": "answersNonce",
              "target": "awaitingInitiatorSignature",
              "actions": [
                "proposeCreate",
                "askStarter"
              ]
            }
          }
        },
        "awaitingInitiatorSignature": {
          "description": "\"The initiator receives a message containing the unsigned transaction\"",
          "meta": {
            "clause": "Channel open: Create transaction signing"
          },
          "on": {
            "received.initiator_signed": {
              "guard": "isStarterReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "verified": {
              "guard": "isSignedByStarter",
              "target": "awaitingResponderSignature",
              "actions": [
                "keepSignature",
                "sendFundingCreated",
                "askAcknowledger"
              ]
            }
          },
          "after": {
            "createTimeout": {
              "target": "#farewell",
              "actions": [
                "keepDied",
                "died"
              ]
            }
          }
        },
        "awaitingResponderSignature": {
          "description": "\"Note that this is the same transaction\"",
          "meta": {
            "clause": "Channel open: Create transaction signing"
          },
          "on": {
            "received.responder_signed": {
              "guard": "isAcknowledgerReply",
              "actions": "consultSignatures"
            },
            "verified": {
              "guard": "isSignedByAcknowledger",
              "target": "awaitingMempool",
              "actions": [
                "keepWhole",
                "sendFundingSigned"
              ]
            }
          },
          "after": {
            "fundingSignTimeout": {
              "target": "#farewell",
              "actions": [
                "keepDied",
                "died"
              ]
            }
          }
        },
        "awaitingMempool": {
          "description": "\"The transaction is posted\"",
          "meta": {
            "clause": "Channel open: Transaction in mempool"
          },
          "entry": "requestPosting",
          "on": {
            "posted": {
              "guard": "answersPosting",
              "target": "awaitingConfirmations",
              "actions": [
                "keepPosted",
                "sendOnChainTx"
              ]
            },
            "rejected": {
              "guard": "answersPosting",
              "target": "#farewell",
              "actions": [
                "sendRejected",
                "keepDied",
                "died"
              ]
            }
          }
        },
        "awaitingConfirmations": {
          "description": "\"Ends after minimum_depth + 1 confirmations\"",
          "meta": {
            "clause": "Channel open: Block inclusion"
          },
          "entry": "requestDepth",
          "on": {
            "reached": {
              "guard": "answersDepth",
              "target": "#open",
              "actions": [
                "sendLocked",
                "agree",
                "sendOpen",
                "opened"
              ]
            },
            "rejected": {
              "guard": "answersDepth",
              "target": "#farewell",
              "actions": [
                "sendRejected",
                "keepDied",
                "died"
              ]
            }
          },
          "after": {
            "fundingLockTimeout": {
              "guard": "isLockTimed",
              "target": "#farewell",
              "actions": [
                "keepDied",
                "died"
              ]
            }
          }
        }
      }
    },
    "open": {
      "id": "open",
      "description": "There is a state that both have signed",
      "meta": {
        "clause": "Channel open: Open confirmation"
      },
      "tags": [
        "usable"
      ],
      "initial": "ready",
      "on": {
        "included": [
          {
            "guard": "isOwnIncluded",
            "description": "The depth is waited for"
          },
          {
            "guard": "endsOnChain",
            "target": "#farewell",
            "actions": [
              "keepSettled",
              "closed"
            ]
          },
          {
            "guard": "disputesOnChain",
            "target": "#disputed",
            "actions": [
              "sendConflict",
              "conflicted",
              "revert",
              "forgetAllOwing",
              "keepDispute",
              "sendDispute",
              "disputed"
            ]
          },
          {
            "guard": "changesOnChain",
            "target": "#ready",
            "actions": [
              "sendConflict",
              "conflicted",
              "revert",
              "forgetAllOwing",
              "sendAdopted",
              "adopt",
              "changed"
            ]
          },
          {
            "description": "Was known"
          }
        ]
      },
      "states": {
        "ready": {
          "id": "ready",
          "description": "Nothing is under way",
          "meta": {
            "clause": "Channel open: Open confirmation"
          },
          "entry": "forgetWanted",
          "always": [
            {
              "guard": "isDisputed",
              "target": "#disputed"
            },
            {
              "guard": "hasDeliverable",
              "actions": [
                "deliverHeld",
                "forgetDelivered"
              ]
            },
            {
              "guard": "isNextRefused",
              "actions": [
                "refuseNext",
                "forgetNext"
              ]
            },
            {
              "guard": "isNextClosing",
              "target": "#closing",
              "actions": [
                "keepCloser",
                "forgetNext"
              ]
            },
            {
              "guard": "isNextLeaving",
              "actions": [
                "sendLeave",
                "orderCloseOfLeavers",
                "keepLeft",
                "forgetNext",
                "refusePostponed",
                "forgetPostponed",
                "departed"
              ]
            },
            {
              "guard": "isNextChange",
              "target": "awaitingNonce",
              "actions": [
                "keepWanted",
                "forgetNext"
              ]
            },
            {
              "guard": "hasNext",
              "target": "awaitingStarterSignature",
              "actions": [
                "proposeNext",
                "forgetNext",
                "askStarter"
              ]
            }
          ],
          "on": {
            "received.message": [
              {
                "guard": "isUnknownRecipient",
                "actions": "refuseRecipient"
              },
              {
                "guard": "isRecipientHere",
                "target": "ready",
                "reenter": true,
                "actions": "deliver"
              },
              {
                "guard": "hasRoomToHold",
                "target": "ready",
                "reenter": true,
                "actions": "hold"
              },
              {
                "actions": "refuseTooMany"
              }
            ]
          },
          "after": {
            "idleTimeout": {
              "guard": "isIdleTimed",
              "target": "#farewell",
              "actions": [
                "keepDied",
                "died"
              ]
            }
          }
        },
        "awaitingNonce": {
          "description": "Of who deposits or withdraws, from the chain",
          "meta": {
            "clause": "Channel off-chain update: Starter signs updated state"
          },
          "entry": "requestNonce",
          "on": {
            "reserved": [
              {
                "guard": "canPayChange",
                "target": "awaitingStarterSignature",
                "actions": [
                  "proposeChange",
                  "askStarter"
                ]
              },
              {
                "guard": "answersNonce",
                "target": "ready",
                "actions": "refuseFunds"
              }
            ]
          }
        },
        "awaitingStarterSignature": {
          "description": "Who began signs first",
          "meta": {
            "clause": "Channel off-chain update: Starter signs updated state"
          },
          "on": {
            "received.update": {
              "guard": "isStarterReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.deposit_tx": {
              "guard": "isStarterReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.withdraw_tx": {
              "guard": "isStarterReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.abort": {
              "guard": "isAbort",
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            },
            "verified": {
              "guard": "isSignedByStarter",
              "target": "awaitingAcknowledgerSignature",
              "actions": [
                "keepSignature",
                "announce",
                "askAcknowledger",
                "consultGiven"
              ]
            },
            "received.update.new": [
              {
                "guard": "isRival",
                "target": "voided",
                "actions": [
                  "sendConflict",
                  "conflicted",
                  "revert"
                ]
              },
              {
                "guard": "isBadRival",
                "actions": "refuseWish"
              }
            ],
            "received.deposit": {
              "guard": "isRivalChange",
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            },
            "received.withdraw": {
              "guard": "isRivalChange",
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            }
          }
        },
        "awaitingAcknowledgerSignature": {
          "description": "The other signs the same transaction",
          "meta": {
            "clause": "Channel off-chain update: Acknowledger update"
          },
          "on": {
            "received.update_ack": {
              "guard": "isAcknowledgerReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.deposit_ack": {
              "guard": "isAcknowledgerReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.withdraw_ack": {
              "guard": "isAcknowledgerReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.abort": {
              "guard": "isAbort",
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            },
            "verified": [
              {
                "guard": "isChangeSigned",
                "target": "awaitingMempool",
                "actions": "keepWhole"
              },
              {
                "guard": "isSignedByAcknowledger",
                "target": "ready",
                "actions": [
                  "keepWhole",
                  "sendFinished",
                  "agree",
                  "updated"
                ]
              },
              {
                "guard": "isForged",
                "actions": [
                  "refuseSignature",
                  "forgetAnswered",
                  "violated"
                ]
              },
              {
                "description": "To a question that is not asked any more"
              }
            ],
            "received.update.new": [
              {
                "guard": "isNextOfAcknowledger",
                "description": "It has signed already",
                "actions": "postpone"
              },
              {
                "guard": "isRival",
                "target": "voided",
                "actions": [
                  "sendConflict",
                  "conflicted",
                  "revert"
                ]
              },
              {
                "guard": "isSoftRefusal",
                "target": "voided",
                "actions": [
                  "sendConflict",
                  "conflicted",
                  "revert"
                ]
              },
              {
                "guard": "isBadRival",
                "actions": "refuseWish"
              }
            ],
            "received.deposit": [
              {
                "guard": "isNextOfAcknowledger",
                "description": "It has signed already",
                "actions": "postpone"
              },
              {
                "guard": "isRivalChange",
                "target": "voided",
                "actions": [
                  "sendConflict",
                  "conflicted",
                  "revert"
                ]
              }
            ],
            "received.withdraw": [
              {
                "guard": "isNextOfAcknowledger",
                "description": "It has signed already",
                "actions": "postpone"
              },
              {
                "guard": "isRivalChange",
                "target": "voided",
                "actions": [
                  "sendConflict",
                  "conflicted",
                  "revert"
                ]
              }
            ],
            "received.malformed": {
              "guard": "isSoftRefusal",
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            }
          },
          "after": {
            "acknowledgeTimeout": {
              "target": "voided",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert"
              ]
            }
          }
        },
        "awaitingMempool": {
          "description": "A deposit or withdrawal that both have signed is posted",
          "meta": {
            "clause": "Channel open: Transaction in mempool"
          },
          "entry": "requestPosting",
          "on": {
            "posted": {
              "guard": "answersPosting",
              "target": "awaitingDepth",
              "actions": [
                "keepPosted",
                "sendOnChainTx"
              ]
            },
            "rejected": {
              "guard": "answersPosting",
              "target": "#ready",
              "actions": [
                "sendRejected",
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            }
          }
        },
        "awaitingDepth": {
          "description": "It is the last state once it is as deep in the chain as the create transaction was",
          "meta": {
            "clause": "Channel open: Block inclusion"
          },
          "entry": "requestDepth",
          "on": {
            "reached": {
              "guard": "answersDepth",
              "target": "ready",
              "actions": [
                "sendLocked",
                "sendFinished",
                "agree",
                "changed"
              ]
            },
            "rejected": {
              "guard": "answersDepth",
              "target": "#ready",
              "actions": [
                "sendRejected",
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            }
          }
        },
        "voided": {
          "description": "Both updates are void; a client of old can only be told so when it has answered",
          "meta": {
            "clause": "Other WebSocket events: Update conflict"
          },
          "always": {
            "guard": "owesNothing",
            "target": "ready"
          },
          "on": {
            "received.update": {
              "guard": "isOwedAnswer",
              "actions": [
                "sendConflictToAnswerer",
                "forgetOwing"
              ]
            },
            "received.abort": {
              "guard": "isOwedAnswer",
              "actions": [
                "sendConflictToAnswerer",
                "forgetOwing"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "ready",
              "actions": [
                "sendConflictToOwing",
                "forgetAllOwing"
              ]
            }
          }
        }
      }
    },
    "closing": {
      "id": "closing",
      "description": "The closing transaction is being signed; then the last words",
      "meta": {
        "clause": "Channel mutual close: Initiate mutual close"
      },
      "tags": [
        "waiting"
      ],
      "initial": "awaitingNonce",
      "on": {
        "received.shutdown": {
          "description": "Is closing already"
        },
        "received.update.new": {
          "actions": "refuseWish"
        },
        "received.deposit": {
          "actions": "refuseWish"
        },
        "received.withdraw": {
          "actions": "refuseWish"
        },
        "received.leave": {
          "actions": "refuseNow"
        },
        "included": [
          {
            "guard": "isOwnIncluded",
            "description": "The depth is waited for, or was not"
          },
          {
            "guard": "endsOnChain",
            "target": "#farewell",
            "actions": [
              "keepSettled",
              "closed"
            ]
          },
          {
            "guard": "disputesOnChain",
            "actions": [
              "keepDispute",
              "sendDispute",
              "disputed"
            ]
          },
          {
            "description": "Was known"
          }
        ]
      },
      "states": {
        "awaitingNonce": {
          "description": "The initiator’s next nonce, from the chain",
          "meta": {
            "clause": "Channel mutual close: Initiate mutual close"
          },
          "entry": "requestNonce",
          "on": {
            "reserved": [
              {
                "guard": "canPayFee",
                "target": "awaitingStarterSignature",
                "actions": [
                  "proposeClose",
                  "askStarter"
                ]
              },
              {
                "guard": "answersNonce",
                "target": "#ready",
                "actions": "refuseFees"
              }
            ]
          }
        },
        "awaitingStarterSignature": {
          "description": "Who began signs first",
          "meta": {
            "clause": "Channel mutual close: Starter signing"
          },
          "on": {
            "received.shutdown_sign": {
              "guard": "isStarterReply",
              "actions": [
                "keepAnswered",
                "consultSignatures"
              ]
            },
            "received.shutdown": [
              {
                "guard": "isCloser",
                "description": "It had given up, and wants to again",
                "actions": "askStarter"
              },
              {
                "description": "Is closing already"
              }
            ],
            "received.abort": {
              "guard": "isAbort",
              "target": "#ready",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            },
            "verified": {
              "guard": "isSignedByStarter",
              "target": "awaitingAcknowledgerSignature",
              "actions": [
                "keepSignature",
                "askAcknowledger"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "#ready",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            }
          }
        },
        "awaitingAcknowledgerSignature": {
          "description": "The other signs the same transaction",
          "meta": {
            "clause": "Channel mutual close: Acknowledger signing"
          },
          "on": {
            "received.shutdown_sign_ack": {
              "guard": "isAcknowledgerReply",
              "actions": "consultSignatures"
            },
            "received.abort": {
              "guard": "isAbort",
              "target": "#ready",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            },
            "verified": {
              "guard": "isSignedByAcknowledger",
              "target": "awaitingMempool",
              "actions": "keepWhole"
            }
          },
          "after": {
            "acknowledgeTimeout": {
              "target": "#ready",
              "actions": [
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            }
          }
        },
        "awaitingMempool": {
          "description": "\"It is posted on the chain\"",
          "meta": {
            "clause": "Channel mutual close: Channel closing"
          },
          "entry": "requestPosting",
          "on": {
            "posted": [
              {
                "guard": "isPostedForToday",
                "target": "awaitingDepth",
                "actions": [
                  "keepPosted",
                  "sendClosing"
                ]
              },
              {
                "guard": "answersPosting",
                "target": "farewell",
                "actions": [
                  "keepPosted",
                  "sendClosing",
                  "keepMutual",
                  "closed"
                ]
              }
            ],
            "rejected": {
              "guard": "answersPosting",
              "target": "#ready",
              "actions": [
                "sendRejected",
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            }
          }
        },
        "awaitingDepth": {
          "description": "Today’s clients wait until the chain has confirmed it",
          "meta": {
            "clause": "Channel mutual close: Channel closing"
          },
          "entry": "requestDepth",
          "on": {
            "reached": {
              "guard": "answersDepth",
              "target": "farewell",
              "actions": [
                "keepMutual",
                "closed"
              ]
            },
            "rejected": {
              "guard": "answersDepth",
              "target": "#ready",
              "actions": [
                "sendRejected",
                "sendConflict",
                "conflicted",
                "revert",
                "forgetAllOwing"
              ]
            }
          }
        },
        "disputed": {
          "id": "disputed",
          "description": "One party has closed alone: no more states, until it is settled",
          "meta": {
            "clause": "Interactions: HTTP requests"
          },
          "entry": [
            "refusePostponed",
            "forgetPostponed"
          ],
          "on": {
            "received.update.new": {
              "actions": "refuseNow"
            },
            "received.deposit": {
              "actions": "refuseNow"
            },
            "received.withdraw": {
              "actions": "refuseNow"
            },
            "received.shutdown": {
              "actions": "refuseNow"
            }
          }
        },
        "farewell": {
          "id": "farewell",
          "description": "Who was not there can still come for the last words",
          "meta": {
            "clause": "Channel mutual close: Channel closing"
          },
          "tags": [
            "ending"
          ],
          "entry": [
            "sendFarewell",
            "orderClose",
            "refusePostponed",
            "forgetPostponed",
            "orderRelease"
          ],
          "always": [
            {
              "guard": "isHeardByAll",
              "target": "over"
            }
          ],
          "on": {
            "joined": {
              "actions": [
                "seatParty",
                "tellAgain",
                "orderCloseAgain"
              ]
            },
            "left": {
              "actions": [
                "forgetParty",
                "keepHeard"
              ]
            },
            "received.message": {
              "description": "Was on its way"
            },
            "received.update.new": {
              "description": "Was on its way"
            },
            "received.deposit": {
              "description": "Was on its way"
            },
            "received.withdraw": {
              "description": "Was on its way"
            },
            "received.initiator_signed": {
              "description": "Was on its way"
            },
            "received.responder_signed": {
              "description": "Was on its way"
            },
            "received.update": {
              "description": "Was on its way"
            },
            "received.update_ack": {
              "description": "Was on its way"
            },
            "received.deposit_tx": {
              "description": "Was on its way"
            },
            "received.deposit_ack": {
              "description": "Was on its way"
            },
            "received.withdraw_tx": {
              "description": "Was on its way"
            },
            "received.withdraw_ack": {
              "description": "Was on its way"
            },
            "received.shutdown_sign": {
              "description": "Was on its way"
            },
            "received.shutdown_sign_ack": {
              "description": "Was on its way"
            },
            "received.abort": {
              "description": "Was on its way"
            },
            "received.leave": {
              "description": "Was on its way"
            },
            "included": {
              "description": "Is over"
            }
          },
          "after": {
            "lingerTimeout": "over"
          }
        },
        "over": {
          "description": "How did it end?",
          "always": [
            {
              "guard": "hasDied",
              "target": "#failed"
            },
            {
              "target": "#closed"
            }
          ]
        }
      }
    },
    "closed": {
      "id": "closed",
      "type": "final",
      "description": "Paid out as both have signed"
    },
    "failed": {
      "id": "failed",
      "type": "final",
      "description": "Died"
    }
  },
  "on": {
    "joined": {
      "actions": [
        "seatParty",
        "tellAgain",
        "tellOfReturn",
        "keepBack"
      ]
    },
    "left": {
      "actions": "forgetParty"
    },
    "disagreed": {
      "description": "Both are here already"
    },
    "received.update.new": [
      {
        "guard": "hasRoom",
        "actions": "postpone"
      },
      {
        "actions": "refuseTooMany"
      }
    ],
    "received.deposit": [
      {
        "guard": "hasRoom",
        "actions": "postpone"
      },
      {
        "actions": "refuseTooMany"
      }
    ],
    "received.withdraw": [
      {
        "guard": "hasRoom",
        "actions": "postpone"
      },
      {
        "actions": "refuseTooMany"
      }
    ],
    "received.shutdown": [
      {
        "guard": "hasRoom",
        "actions": "postpone"
      },
      {
        "actions": "refuseTooMany"
      }
    ],
    "received.leave": [
      {
        "guard": "hasRoom",
        "actions": "postpone"
      },
      {
        "actions": "refuseTooMany"
      }
    ],
    "received.abort": {
      "actions": [
        "refuseAbort",
        "violated"
      ]
    },
    "received.get": {
      "actions": "answer"
    },
    "received.ping": {
      "actions": "sendPong"
    },
    "received.message": [
      {
        "guard": "isUnknownRecipient",
        "actions": "refuseRecipient"
      },
      {
        "guard": "isDeliverable",
        "actions": "deliver"
      },
      {
        "guard": "hasRoomToHold",
        "actions": "hold"
      },
      {
        "actions": "refuseTooMany"
      }
    ],
    "received.initiator_signed": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.responder_signed": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.update": [
      {
        "guard": "isUnheardVoid",
        "actions": [
          "sendLostConflict",
          "forgetUnheardVoid"
        ]
      },
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.update_ack": [
      {
        "guard": "isUnheardVoid",
        "actions": [
          "sendLostConflict",
          "forgetUnheardVoid"
        ]
      },
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.deposit_tx": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.deposit_ack": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.withdraw_tx": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.withdraw_ack": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.shutdown_sign": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "received.shutdown_sign_ack": [
      {
        "guard": "isLate",
        "description": "Is void, or was signed already"
      },
      {
        "actions": [
          "refuseReply",
          "violated"
        ]
      }
    ],
    "verified": [
      {
        "guard": "isForged",
        "actions": [
          "refuseSignature",
          "violated"
        ]
      },
      {
        "description": "To a question that is not asked any more"
      }
    ],
    "reserved": {
      "description": "To a question that is not asked any more"
    },
    "posted": {
      "description": "To a question that is not asked any more"
    },
    "rejected": {
      "description": "To a question that is not asked any more"
    },
    "reached": {
      "description": "To a question that is not asked any more"
    },
    "included": {
      "description": "Nothing is open"
    },
    "received.*": {
      "actions": [
        "refuseMalformed",
        "violated"
      ]
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
