// A run of the whole suite is to fit into 400 MB. V8 lets its heap grow to a multiple of what is in use while there is
// memory, and what has grown stays: so this comes before anything large is loaded.
'use strict';
const { setFlagsFromString } = require('v8');

setFlagsFromString('--heap-growing-percent=20');
setFlagsFromString('--semi-space-growth-factor=1');
