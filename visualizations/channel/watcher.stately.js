// channel.watcher: structure only, for https://stately.ai/editor (Import from code). Drawn by `npm run charts`; do not edit.
import { createMachine } from 'xstate';

export const machine = createMachine({
  "id": "channel.watcher",
  "version": "2",
  "options": {
    "maxIterations": 100
  },
  "description": "Keeps a channel from being closed with an old state",
  "meta": {
    "clause": "Channel off-chain update",
    "durable": true
  },
  "context": {
    "role": "initiator",
    "era": "modern",
    "keys": {
      "initiator": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "responder": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    },
    "channelId": "6531cd3b5d0fe48f26bdaf565f66cf659f09f17c5656419ead3f0ed72fd1189c",
    "pollTimeout": 1000,
    "signTimeout": 10000,
    "shown": null,
    "posted": null,
    "suspects": [],
    "height": 0,
    "onChain": null,
    "payout": null,
    "payableFrom": 0,
    "hasSeen": false,
    "deed": null,
    "closing": ""
  },
  "initial": "watching",
  "states": {
    "watching": {
      "id": "watching",
      "description": "Nobody closes it alone",
      "meta": {
        "clause": "Channel off-chain update"
      },
      "tags": [
        "usable"
      ],
      "initial": "looking",
      "states": {
        "looking": {
          "description": "How does the channel lie on the chain?",
          "entry": "consultChannel",
          "on": {
            "found": [
              {
                "guard": "isBehind",
                "description": "The node has not come as far as before: it may not know the channel yet",
                "target": "resting",
                "actions": "hinderedByAge"
              },
              {
                "guard": "answersLook",
                "target": "#deciding",
                "actions": [
                  "soloClosed",
                  "weighSuspects",
                  "keepView"
                ]
              }
            ],
            "unfound": {
              "guard": "answersLook",
              "target": "resting",
              "actions": "hindered"
            }
          }
        },
        "resting": {
          "description": "Until the next look",
          "on": {
            "command.look": "looking",
            "command.close": {
              "target": "looking",
              "actions": "keepClosing"
            }
          },
          "after": {
            "pollTimeout": "looking"
          }
        }
      }
    },
    "deciding": {
      "id": "deciding",
      "description": "What follows from how it lies on the chain?",
      "always": [
        {
          "guard": "isGone",
          "target": "settled"
        },
        {
          "guard": "isStale",
          "target": "disputing"
        },
        {
          "guard": "isPayable",
          "target": "settling"
        },
        {
          "guard": "isClosing",
          "target": "awaitingLockPeriod"
        },
        {
          "guard": "mayClose",
          "target": "closingAlone"
        },
        {
          "guard": "mayBury",
          "target": "burying"
        },
        {
          "guard": "isUnseen",
          "target": "#watching.resting",
          "actions": [
            "failedUnseen",
            "forgetClosing"
          ]
        },
        {
          "guard": "wantsToClose",
          "target": "#watching.resting",
          "actions": [
            "failedStateless",
            "forgetClosing"
          ]
        },
        {
          "target": "#watching.resting"
        }
      ]
    },
    "burying": {
      "description": "What we have signed in vain may still be posted: not once the chain knows our last state",
      "meta": {
        "clause": "Channel off-chain update"
      },
      "tags": [
        "usable",
        "waiting"
      ],
      "initial": "choosing",
      "states": {
        "choosing": {
          "always": [
            {
              "guard": "isSnapshotSigned",
              "description": "The same again",
              "target": "awaitingPost"
            },
            {
              "target": "awaitingSignature",
              "actions": "keepSnapshot"
            }
          ]
        },
        "awaitingSignature": {
          "description": "It is with our signer",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestSignature",
          "on": {
            "signed": {
              "guard": "answersDeed",
              "target": "awaitingPost",
              "actions": "keepSignature"
            },
            "refused": {
              "guard": "answersDeed",
              "target": "resting",
              "actions": "hindered"
            }
          },
          "after": {
            "signTimeout": {
              "target": "resting",
              "actions": [
                "withdrawSignature",
                "hinderedBySilence"
              ]
            }
          }
        },
        "awaitingPost": {
          "description": "Signed and kept; it goes to the chain",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestPost",
          "on": {
            "posted": {
              "guard": "answersDeed",
              "target": "resting"
            },
            "unposted": [
              {
                "guard": "isAnsweredForGood",
                "description": "As it is the chain does not want it: if it still has to be, it is written anew",
                "target": "resting",
                "actions": [
                  "hindered",
                  "unsignDeed"
                ]
              },
              {
                "guard": "answersDeed",
                "description": "The chain may not have heard of it: the same again",
                "target": "resting",
                "actions": "hindered"
              }
            ]
          }
        },
        "resting": {
          "description": "Until the next look",
          "on": {
            "command.look": "looking"
          },
          "after": {
            "pollTimeout": "looking"
          }
        },
        "looking": {
          "description": "How does the channel lie on the chain?",
          "entry": "consultChannel",
          "on": {
            "found": [
              {
                "guard": "isBehind",
                "description": "The node has not come as far as before: it may not know the channel yet",
                "target": "resting",
                "actions": "hinderedByAge"
              },
              {
                "guard": "answersLook",
                "target": "#deciding",
                "actions": [
                  "soloClosed",
                  "weighSuspects",
                  "keepView"
                ]
              }
            ],
            "unfound": {
              "guard": "answersLook",
              "target": "resting",
              "actions": "hindered"
            }
          }
        }
      }
    },
    "disputing": {
      "description": "It is being closed with an old state: ours is the answer",
      "meta": {
        "clause": "Channel closing"
      },
      "tags": [
        "waiting"
      ],
      "initial": "choosing",
      "states": {
        "choosing": {
          "always": [
            {
              "guard": "isSlashSigned",
              "description": "The same again",
              "target": "awaitingPost"
            },
            {
              "target": "awaitingSignature",
              "actions": [
                "disputed",
                "keepSlash"
              ]
            }
          ]
        },
        "awaitingSignature": {
          "description": "It is with our signer",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestSignature",
          "on": {
            "signed": {
              "guard": "answersDeed",
              "target": "awaitingPost",
              "actions": "keepSignature"
            },
            "refused": {
              "guard": "answersDeed",
              "target": "resting",
              "actions": "hindered"
            }
          },
          "after": {
            "signTimeout": {
              "target": "resting",
              "actions": [
                "withdrawSignature",
                "hinderedBySilence"
              ]
            }
          }
        },
        "awaitingPost": {
          "description": "Signed and kept; it goes to the chain",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestPost",
          "on": {
            "posted": {
              "guard": "answersDeed",
              "target": "resting"
            },
            "unposted": [
              {
                "guard": "isRefusedTooLate",
                "description": "The lock period is over: what is left is what the other wanted",
                "target": "#settling",
                "actions": [
                  "hindered",
                  "dropDeed"
                ]
              },
              {
                "guard": "isAnsweredForGood",
                "description": "As it is the chain does not want it: if it still has to be, it is written anew",
                "target": "resting",
                "actions": [
                  "hindered",
                  "unsignDeed"
                ]
              },
              {
                "guard": "answersDeed",
                "description": "The chain may not have heard of it: the same again",
                "target": "resting",
                "actions": "hindered"
              }
            ]
          }
        },
        "resting": {
          "description": "Until the next look",
          "on": {
            "command.look": "looking"
          },
          "after": {
            "pollTimeout": "looking"
          }
        },
        "looking": {
          "description": "How does the channel lie on the chain?",
          "entry": "consultChannel",
          "on": {
            "found": [
              {
                "guard": "isBehind",
                "description": "The node has not come as far as before: it may not know the channel yet",
                "target": "resting",
                "actions": "hinderedByAge"
              },
              {
                "guard": "answersLook",
                "target": "#deciding",
                "actions": [
                  "soloClosed",
                  "weighSuspects",
                  "keepView"
                ]
              }
            ],
            "unfound": {
              "guard": "answersLook",
              "target": "resting",
              "actions": "hindered"
            }
          }
        }
      }
    },
    "closingAlone": {
      "description": "We close it alone, with the last state",
      "meta": {
        "clause": "Channel closing"
      },
      "tags": [
        "waiting"
      ],
      "initial": "choosing",
      "states": {
        "choosing": {
          "always": [
            {
              "guard": "isCloseSigned",
              "description": "The same again",
              "target": "awaitingPost"
            },
            {
              "target": "awaitingSignature",
              "actions": "keepClose"
            }
          ]
        },
        "awaitingSignature": {
          "description": "It is with our signer",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestSignature",
          "on": {
            "signed": {
              "guard": "answersDeed",
              "target": "awaitingPost",
              "actions": "keepSignature"
            },
            "refused": {
              "guard": "answersDeed",
              "target": "#watching.resting",
              "actions": [
                "failedByRefusal",
                "forgetClosing"
              ]
            }
          },
          "after": {
            "signTimeout": {
              "target": "#watching.resting",
              "actions": [
                "withdrawSignature",
                "failedBySilence",
                "forgetClosing"
              ]
            }
          }
        },
        "awaitingPost": {
          "description": "Signed and kept; it goes to the chain",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestPost",
          "on": {
            "posted": {
              "guard": "answersDeed",
              "target": "resting"
            },
            "unposted": [
              {
                "guard": "isAnsweredForGood",
                "target": "#watching.resting",
                "actions": [
                  "failedByChain",
                  "forgetClosing",
                  "dropDeed"
                ]
              },
              {
                "guard": "answersDeed",
                "target": "resting",
                "actions": "hindered"
              }
            ]
          }
        },
        "resting": {
          "description": "Until the next look",
          "on": {
            "command.look": "looking"
          },
          "after": {
            "pollTimeout": "looking"
          }
        },
        "looking": {
          "description": "How does the channel lie on the chain?",
          "entry": "consultChannel",
          "on": {
            "found": [
              {
                "guard": "isBehind",
                "description": "The node has not come as far as before: it may not know the channel yet",
                "target": "resting",
                "actions": "hinderedByAge"
              },
              {
                "guard": "answersLook",
                "target": "#deciding",
                "actions": [
                  "soloClosed",
                  "weighSuspects",
                  "keepView"
                ]
              }
            ],
            "unfound": {
              "guard": "answersLook",
              "target": "resting",
              "actions": "hindered"
            }
          }
        }
      }
    },
    "awaitingLockPeriod": {
      "description": "The last state that was shown is not older than ours; it may be settled when the lock period is over",
      "meta": {
        "clause": "Channel closing"
      },
      "tags": [
        "waiting"
      ],
      "initial": "resting",
      "states": {
        "resting": {
          "description": "Until the next look",
          "on": {
            "command.look": "looking"
          },
          "after": {
            "pollTimeout": "looking"
          }
        },
        "looking": {
          "description": "How does the channel lie on the chain?",
          "entry": "consultChannel",
          "on": {
            "found": [
              {
                "guard": "isBehind",
                "description": "The node has not come as far as before: it may not know the channel yet",
                "target": "resting",
                "actions": "hinderedByAge"
              },
              {
                "guard": "answersLook",
                "target": "#deciding",
                "actions": [
                  "soloClosed",
                  "weighSuspects",
                  "keepView"
                ]
              }
            ],
            "unfound": {
              "guard": "answersLook",
              "target": "resting",
              "actions": "hindered"
            }
          }
        }
      }
    },
    "settling": {
      "id": "settling",
      "description": "The lock period is over: the chain is to pay out",
      "meta": {
        "clause": "Channel closing"
      },
      "tags": [
        "waiting"
      ],
      "initial": "choosing",
      "states": {
        "choosing": {
          "always": [
            {
              "guard": "isSettleSigned",
              "description": "The same again",
              "target": "awaitingPost"
            },
            {
              "target": "awaitingSignature",
              "actions": "keepSettle"
            }
          ]
        },
        "awaitingSignature": {
          "description": "It is with our signer",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestSignature",
          "on": {
            "signed": {
              "guard": "answersDeed",
              "target": "awaitingPost",
              "actions": "keepSignature"
            },
            "refused": {
              "guard": "answersDeed",
              "target": "resting",
              "actions": "hindered"
            }
          },
          "after": {
            "signTimeout": {
              "target": "resting",
              "actions": [
                "withdrawSignature",
                "hinderedBySilence"
              ]
            }
          }
        },
        "awaitingPost": {
          "description": "Signed and kept; it goes to the chain",
          "meta": {
            "clause": "Channel closing"
          },
          "entry": "requestPost",
          "on": {
            "posted": {
              "guard": "answersDeed",
              "target": "resting"
            },
            "unposted": [
              {
                "guard": "isAnsweredForGood",
                "description": "As it is the chain does not want it: if it still has to be, it is written anew",
                "target": "resting",
                "actions": [
                  "hindered",
                  "unsignDeed"
                ]
              },
              {
                "guard": "answersDeed",
                "description": "The chain may not have heard of it: the same again",
                "target": "resting",
                "actions": "hindered"
              }
            ]
          }
        },
        "resting": {
          "description": "Until the next look",
          "on": {
            "command.look": "looking"
          },
          "after": {
            "pollTimeout": "looking"
          }
        },
        "looking": {
          "description": "How does the channel lie on the chain?",
          "entry": "consultChannel",
          "on": {
            "found": [
              {
                "guard": "isBehind",
                "description": "The node has not come as far as before: it may not know the channel yet",
                "target": "resting",
                "actions": "hinderedByAge"
              },
              {
                "guard": "answersLook",
                "target": "#deciding",
                "actions": [
                  "soloClosed",
                  "weighSuspects",
                  "keepView"
                ]
              }
            ],
            "unfound": {
              "guard": "answersLook",
              "target": "resting",
              "actions": "hindered"
            }
          }
        }
      }
    },
    "settled": {
      "type": "final",
      "description": "The chain has paid out",
      "tags": [
        "settled"
      ],
      "entry": [
        "settled",
        "keepSettled"
      ]
    }
  },
  "on": {
    "command.adopt": [
      {
        "guard": "isNewer",
        "actions": [
          "keepEvidence",
          "adopted"
        ]
      },
      {
        "description": "Is known, or is older"
      }
    ],
    "command.suspect": {
      "actions": "keepSuspects"
    },
    "command.close": [
      {
        "guard": "wantsToClose",
        "actions": "misused"
      },
      {
        "actions": "keepClosing"
      }
    ],
    "command.look": {
      "description": "Is looking, or has something better to do"
    },
    "command.leave": {
      "description": "All that was told before is kept",
      "actions": "left"
    },
    "found": {
      "description": "To a look that nobody waits for"
    },
    "unfound": {
      "description": "To a look that nobody waits for"
    },
    "signed": {
      "description": "To a question that is not asked any more"
    },
    "refused": {
      "description": "To a question that is not asked any more"
    },
    "posted": {
      "description": "To a question that is not asked any more"
    },
    "unposted": {
      "description": "To a question that is not asked any more"
    },
    "received.*": {
      "actions": "violated"
    },
    "command.*": {
      "actions": "misused"
    }
  }
});
