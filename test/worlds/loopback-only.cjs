// To be required before anything else: refuses every connection and look-up that leaves this machine, in this process and in all
// Node processes below it, and notes each attempt in the file IRSA_TEST_ATTEMPTS.
const { ChildProcess } = require("node:child_process");
const dgram = require("node:dgram");
const dns = require("node:dns");
const { appendFileSync } = require("node:fs");
const net = require("node:net");

const file = process.env.IRSA_TEST_ATTEMPTS;
const LOOPBACK = /^(127\.[\d.]+|::1|localhost|)$/;

function refuse(attempt) {
  appendFileSync(file, `${process.pid} ${attempt}\n`);
  return Object.assign(new Error(`left the machine: ${attempt}`), { code: "EACCES" });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [first, second] = args;
  const options = Array.isArray(first)
    ? first[0]
    : typeof first === "object"
      ? first
      : { port: first, host: second };
  const host = typeof options.host === "string" ? options.host : "";
  if (options.path === undefined && !LOOPBACK.test(host)) {
    this.destroy(refuse(`${host}:${options.port}`));
    return this;
  }
  return connect.apply(this, args);
};

const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  if (LOOPBACK.test(name) || net.isIP(name) !== 0) return lookup(name, ...rest);
  process.nextTick(rest.at(-1), refuse(`look-up of ${name}`));
};

dgram.Socket.prototype.send = () => {
  throw refuse("a datagram");
};

const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  const inherited = { NODE_OPTIONS: process.env.NODE_OPTIONS, IRSA_TEST_ATTEMPTS: file };
  const names = Object.keys(inherited);
  const own = (options.envPairs ?? []).filter((pair) => !names.includes(pair.split("=")[0]));
  options.envPairs = [...own, ...names.map((name) => `${name}=${inherited[name]}`)];
  return spawn.call(this, options);
};
