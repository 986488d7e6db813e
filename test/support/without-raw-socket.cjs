// For node --require: a machine on which the raw-socket package did not build.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (request === 'raw-socket') throw new Error("Cannot find module 'raw-socket'");
  return resolve.call(this, request, ...rest);
};
