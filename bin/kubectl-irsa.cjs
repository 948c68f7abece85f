#!/usr/bin/env node
// The same program as a plugin of kubectl's: `kubectl irsa …`. npm on Windows starts this very file.
"use strict";
require("./irsa.cjs");
