// Makes a fresh clone, or a fresh machine, able to run the demo, or with --test the tests, or with --bench the benchmarks;
// says so before it does anything.
// It runs before node_modules exists, so it imports nothing but Node.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_NEEDED = [20, 19];

/** What the lab, and what else the tests or the benchmarks, call by name; and the Debian package that brings it. */
const TOOLS = [
  { command: 'ip', package: 'iproute2' },
  { command: 'nft', package: 'nftables' },
  { command: 'sysctl', package: 'procps' },
  { command: 'ping', package: 'iputils-ping' },
  { command: 'sshd', package: 'openssh-server', only: '--test', service: 'ssh' },
  { command: 'keepalived', package: 'keepalived', only: '--test', service: 'keepalived' },
  { command: 'haproxy', package: 'haproxy', only: '--test', service: 'haproxy' },
  { command: 'tcpdump', package: 'tcpdump', only: '--test' },
  { command: 'setcap', package: 'libcap2-bin', only: '--test' },
  { command: 'groff', package: 'groff-base', only: '--test' },
  { command: 'zsh', package: 'zsh', only: '--test' },
  { command: 'fish', package: 'fish', only: '--test' },
  { command: 'tcsh', package: 'tcsh', only: '--test' },
  { command: 'chromium', package: 'chromium', only: '--test' },
  { command: 'arp-scan', package: 'arp-scan', only: '--bench' },
  { command: 'mtr', package: 'mtr-tiny', only: '--bench' },
  { command: 'fping', package: 'fping', only: '--bench' },
  { command: 'time', package: 'time', only: '--bench' },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isTest = process.argv.includes('--test');
const isBench = process.argv.includes('--bench');
const isRoot = process.geteuid?.() === 0;

checkNode();
if (!isTest && !isRoot) {
  const script = isBench ? 'bench' : 'demo';
  fail(`npm run ${script} builds network namespaces and needs root: sudo npm run ${script}`, 3);
}
installDependencies();
// The tests need no build beforehand: `npm run check` compiles once the sources have passed.
if (!isTest) build();
installTools();

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [neededMajor, neededMinor] = NODE_NEEDED;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  fail(`netcheck needs Node ${NODE_NEEDED.join('.')} or later; this is ${process.versions.node}.`);
}

function installDependencies() {
  if (isInstalled()) return;
  say('Installing npm dependencies…');
  // Under NODE_ENV=production npm would leave out the compiler.
  runAsOwner(...npmCommand(), 'ci', '--include=dev', '--no-audit', '--no-fund');
}

/** Whether node_modules holds just what package-lock.json names, according to the copy that npm keeps of what it did. */
function isInstalled() {
  const installedLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = readPackages(installedLock);
  const wanted = readPackages(join(root, 'package-lock.json'));
  const isAsWanted = ([path, { version, integrity, optional }]) => {
    const found = installed.get(path);
    // An optional package may be for another platform, or did not compile here.
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity && existsSync(join(root, path));
  };
  return [...wanted].every(isAsWanted) && [...installed.keys()].every((path) => wanted.has(path));
}

function readPackages(lockFile) {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  return new Map(Object.entries(packages).filter(([path]) => path !== ''));
}

/** The npm that runs this script, or else the one in the PATH. */
function npmCommand() {
  const running = process.env.npm_execpath;
  return running !== undefined && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm'];
}

function build() {
  const built = statSync(join(root, 'dist', 'main.js'), { throwIfNoEntry: false });
  const sources = [join(root, 'src'), join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json')];
  if (built !== undefined && built.mtimeMs >= Math.max(...sources.map(newestChange))) return;
  say('Building…');
  runAsOwner(process.execPath, join(root, 'scripts', 'build.mjs'));
}

/** Folders count as well: removing a file changes nothing else. */
function newestChange(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

function installTools() {
  const isWanted = ({ only }) => only === undefined || process.argv.includes(only);
  const missing = TOOLS.filter((tool) => isWanted(tool) && findCommand(tool.command) === null);
  if (missing.length === 0) return;
  const commands = missing.map(({ command }) => command).join(', ');
  const packages = missing.map((tool) => tool.package);
  if (!isRoot) {
    say(`Lab tests will be skipped: they need root and ${commands} (sudo apt-get install ${packages.join(' ')}).`);
    return;
  }
  if (findCommand('apt-get') === null) fail(`Not installed: ${commands}. Install them with this system's packages.`);

  say(`Installing system packages: ${packages.join(' ')} (apt-get)…`);
  installPackages(packages);
  for (const { service } of missing) if (service !== undefined) disableService(service);
  const stillMissing = missing.filter(({ command }) => findCommand(command) === null);
  if (stillMissing.length > 0) fail(`Still not installed: ${stillMissing.map(({ command }) => command).join(', ')}`);
}

function installPackages(packages) {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // A package's service must not start because somebody runs a test: systemctl(1) then ignores `start`, and
    // invoke-rc.d(8) takes the machine for single-user.
    SYSTEMD_OFFLINE: '1',
    RUNLEVEL: '1',
  };
  const aptGet = (...args) => capture('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], { env });
  const install = () => aptGet('install', '-y', '--no-install-recommends', ...packages);
  // Package lists may be absent (containers) or outdated; updating them takes longer than most installs.
  if (install().status === 0) return;
  const update = aptGet('update');
  const { status, output } = install();
  if (status !== 0) fail(`${update.output}${output}apt-get could not install ${packages.join(' ')}.`);
}

/** Nor must it start with the next boot. */
function disableService(service) {
  if (findCommand('systemctl') !== null) capture('systemctl', ['disable', service]);
  else if (findCommand('update-rc.d') !== null) capture('update-rc.d', [service, 'disable']);
}

/** Under sudo, what is written into the user's own folder is written as the user. Shows output only of a failure. */
function runAsOwner(command, ...args) {
  const { status, output } = capture(command, args, { cwd: root, ...ownerIdentity() });
  if (status !== 0) fail(`${output}${[basename(command), ...args].join(' ')} failed.`);
}

function ownerIdentity() {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  if (!isRoot || !(uid > 0) || !(gid > 0) || statSync(root).uid !== uid) return {};
  const entry = spawnSync('getent', ['passwd', String(uid)], { encoding: 'utf8' }).stdout ?? '';
  const [user = '', , , , , home = '/nonexistent'] = entry.trim().split(':');
  const env = { ...process.env, HOME: home, USER: user, LOGNAME: user };
  // The npm that root started hands on where root keeps its cache and settings.
  for (const name of ['cache', 'userconfig', 'globalconfig', 'prefix', 'init_module']) delete env[`npm_config_${name}`];
  return { uid, gid, env };
}

function capture(command, args, options = {}) {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}` };
}

/** Users' PATHs lack the sbin folders, where `sshd` and `nft` live. */
function findCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  const isExecutable = (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(message, exitCode = 1) {
  say(message);
  process.exit(exitCode);
}
