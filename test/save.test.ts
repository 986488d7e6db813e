// Saving a report: never half an old one, and no for an answer before anything is measured.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processMark } from '../src/running.ts';
import { readingProblem, replacementFor, saveFile, savingProblem } from '../src/save.ts';
import { until } from './support/until.ts';

/** As another process here would be marked. */
const markOf = (pid: number | undefined): string => processMark().replace(/^\d+/, String(pid));

let folder = '';
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netcheck-save-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('savingProblem', () => {
  it.each([
    ['a new file', 'run.json', () => {}],
    ['an old file', 'run.json', () => writeFileSync(at('run.json'), 'old')],
    ['a link to a file', 'link', () => [writeFileSync(at('run.json'), 'old'), symlinkSync(at('run.json'), at('link'))]],
  ])('%s can be written, and is not touched by asking', (_, name, prepare) => {
    prepare();
    const before = readdirSync(folder);
    expect(savingProblem(at(name))).toBeNull();
    expect(readdirSync(folder)).toEqual(before);
  });

  it('a device can be written', () => {
    expect(savingProblem('/dev/null')).toBeNull();
  });

  it.each([
    ['a folder that is not there', 'missing/run.json', /^the folder .*missing does not exist$/],
    ['a folder', 'folder', /folder is a folder; give a file name$/],
    ['a file in the place of a folder', 'file/run.json', /file is not a folder$/],
    ['a name that no folder takes', 'ä'.repeat(128), /^the file name is too long: 256 bytes, and at most 255 are/],
  ])('%s', (_, name, message) => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), '');
    expect(savingProblem(at(name))).toMatch(message);
  });
});

describe('what can not be looked at', () => {
  it('a folder that was removed while somebody is in it takes nothing more', () => {
    const before = process.cwd();
    mkdirSync(at('gone'));
    process.chdir(at('gone'));
    try {
      rmSync(at('gone'), { recursive: true });
      expect(savingProblem('run.json')).toBe('the folder . has been removed');
    } finally {
      process.chdir(before);
    }
  });

  it.runIf(process.geteuid?.() === 0)('is not said to be absent', () => {
    mkdirSync(at('private/inner'), { recursive: true });
    chmodSync(at('private'), 0o700);
    chmodSync(folder, 0o755);
    const asNobody = (ask: () => string | null): string | null => {
      process.seteuid?.(65_534);
      try {
        return ask();
      } finally {
        process.seteuid?.(0);
      }
    };
    expect(asNobody(() => savingProblem(at('private/inner/run.json')))).toMatch(/^no permission to look into .*inner$/);
    expect(asNobody(() => readingProblem(at('private/a.pcap')))).toMatch(/^no permission to read .*a\.pcap$/);
  });
});

describe('saveFile', () => {
  it('takes the longest names, and tells those apart that begin alike', () => {
    const [one, other] = [`${'n'.repeat(254)}1`, `${'n'.repeat(254)}2`];
    expect([savingProblem(at(one)), savingProblem(at(other))]).toEqual([null, null]);
    const begun = replacementFor(at(one));
    writeFileSync(begun.fd, 'first');
    saveFile(at(other), 'second');
    closeSync(begun.fd);
    begun.commit();
    expect([one, other].map((name) => readFileSync(at(name), 'utf8'))).toEqual(['first', 'second']);
    expect(readdirSync(folder).sort()).toEqual([one, other]);
  });

  it('writes, replaces, and leaves nothing else behind', () => {
    saveFile(at('run.json'), 'first');
    expect(readFileSync(at('run.json'), 'utf8')).toBe('first');
    saveFile(at('run.json'), 'second');
    expect(readFileSync(at('run.json'), 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['run.json']);
  });

  it('replaces at once: who has the old report open goes on reading it whole', () => {
    writeFileSync(at('run.json'), 'old');
    // A second name of the same file sees what is written into it, but not what takes its place.
    linkSync(at('run.json'), at('reader'));
    saveFile(at('run.json'), 'new');
    expect(readFileSync(at('reader'), 'utf8')).toBe('old');
    expect(readFileSync(at('run.json'), 'utf8')).toBe('new');
  });

  it('follows a link and keeps it', () => {
    writeFileSync(at('run.json'), 'old');
    symlinkSync(at('run.json'), at('link'));
    saveFile(at('link'), 'new');
    expect(readlinkSync(at('link'))).toBe(at('run.json'));
    expect(readFileSync(at('run.json'), 'utf8')).toBe('new');
  });

  it('removes what one that was killed had begun, and of nobody else', () => {
    const killed = spawnSync('true').pid;
    const [stale, alive, other] = [
      `.run.json.${markOf(killed)}.tmp`,
      `.run.json.${markOf(process.ppid)}.tmp`,
      `.other.json.${markOf(killed)}.tmp`,
    ];
    // Of another machine or container, where the same number is another process.
    const elsewhere = `.run.json.${killed}.0000abcd-1.tmp`;
    const beforeTheLastBoot = `.run.json.${killed}.0000abcd-2.tmp`;
    for (const name of [stale, alive, other, elsewhere, beforeTheLastBoot]) writeFileSync(at(name), 'half');
    const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
    utimesSync(at(beforeTheLastBoot), threeDaysAgo, threeDaysAgo);
    saveFile(at('run.json'), 'new');
    expect(readdirSync(folder).sort()).toEqual([alive, other, elsewhere, 'run.json'].sort());
  });

  it('writes through no link that somebody has put in the way', () => {
    writeFileSync(at('precious'), 'old');
    symlinkSync(at('precious'), at(`.run.json.${processMark()}.tmp`));
    saveFile(at('run.json'), 'new');
    expect([readFileSync(at('precious'), 'utf8'), readFileSync(at('run.json'), 'utf8')]).toEqual(['old', 'new']);
  });

  it('changes nothing that somebody puts in the place of what is being written', () => {
    writeFileSync(at('precious'), 'old', { mode: 0o600 });
    writeFileSync(at('run.json'), 'older', { mode: 0o666 });
    chmodSync(at('run.json'), 0o4777);
    const replacement = replacementFor(at('run.json'));
    const [temporary = ''] = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
    rmSync(at(temporary));
    symlinkSync(at('precious'), at(temporary));
    writeFileSync(replacement.fd, 'new');
    closeSync(replacement.fd);
    expect(() => replacement.commit()).toThrow('somebody else put a file in the place of');
    replacement.discard();
    const { mode } = lstatSync(at('precious'));
    expect([mode & 0o7777, readFileSync(at('precious'), 'utf8')]).toEqual([0o600, 'old']);
    expect(readFileSync(at('run.json'), 'utf8')).toBe('older');
  });

  it('hands on who may read a file, and not as whom it runs', () => {
    writeFileSync(at('run.json'), 'old');
    chmodSync(at('run.json'), 0o4751);
    saveFile(at('run.json'), 'new');
    expect(lstatSync(at('run.json')).mode & 0o7777).toBe(0o751);
  });

  it('leaves nothing half-written when the process ends in the middle', () => {
    const save = new URL('../dist/save.js', import.meta.url).href;
    const begin = `import { writeFileSync } from 'node:fs';
      const { replacementFor } = await import(${JSON.stringify(save)});
      writeFileSync(replacementFor(process.argv[1]).fd, 'half');
      process.exit(130);`;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', begin, at('run.json')]);
    expect([status, readdirSync(folder)]).toEqual([130, []]);
  });

  it('writes to a device as it is', () => {
    expect(() => saveFile('/dev/null', 'text')).not.toThrow();
  });

  it('throws when it can’t, and removes what it began', () => {
    expect(() => saveFile(at('missing/run.json'), 'text')).toThrow(/ENOENT/);
    mkdirSync(at('folder'));
    expect(() => saveFile(at('folder'), 'text')).toThrow();
    expect(readdirSync(folder)).toEqual(['folder']);
  });
});

describe('paths that are known to fail before anything is measured', () => {
  it('a link to a folder, a folder to be, and no name at all', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-save-'));
    try {
      mkdirSync(join(folder, 'folder'));
      symlinkSync(join(folder, 'folder'), join(folder, 'link'));
      expect(savingProblem(join(folder, 'link'))).toContain('is a folder');
      expect(savingProblem(`${join(folder, 'new')}/`)).toContain('is a folder');
      expect(savingProblem('')).toBe('the file name is empty');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a file behind a link is replaced, the link and the mode stay', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-save-'));
    try {
      const [file, link] = [join(folder, 'report.json'), join(folder, 'latest.json')];
      writeFileSync(file, 'old', { mode: 0o600 });
      symlinkSync(file, link);
      saveFile(link, 'new');
      expect(readFileSync(file, 'utf8')).toBe('new');
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a FIFO', () => {
  beforeEach(() => {
    execFileSync('mkfifo', [at('fifo')]);
  });

  it('that nobody reads is told as such, and holds nothing up', () => {
    expect(() => saveFile(at('fifo'), 'text')).toThrow(`nobody reads ${at('fifo')} yet; start its reader first`);
  });

  it('that somebody reads is written to, however much it is', async () => {
    const text = 'x'.repeat(300_000);
    const reader = spawn('sh', ['-c', `cat "$0" | wc -c`, at('fifo')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    reader.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const ended = once(reader, 'close');
    await until(() => {
      try {
        saveFile(at('fifo'), text);
        return true;
      } catch {
        return false;
      }
    });
    await ended;
    expect(Number(said)).toBe(text.length);
  });

  it('that is standard input has a writer, and may be read', () => {
    const save = new URL('../dist/save.js', import.meta.url).href;
    const ask = `console.log((await import(${JSON.stringify(save)})).readingProblem('/dev/stdin'))`;
    const { stdout } = spawnSync('sh', [
      '-c',
      'cat /dev/null | "$0" --input-type=module -e "$1"',
      process.execPath,
      ask,
    ]);
    expect(String(stdout)).toBe('null\n');
  });

  it('is not read by its name, which would wait for a writer, and could not be interrupted', () => {
    expect(readingProblem(at('fifo'))).toBe(`${at('fifo')} is a FIFO; give it as <(cat ${at('fifo')})`);
  });
});

describe('readingProblem', () => {
  it('is none for a file that can be read', () => {
    writeFileSync(at('a.pcap'), '');
    expect(readingProblem(at('a.pcap'))).toBeNull();
    expect(readingProblem('/dev/null')).toBeNull();
  });

  it('is said in a few words', () => {
    expect(readingProblem(at('none.pcap'))).toBe(`there is no file ${at('none.pcap')}`);
    expect(readingProblem(join(at('none'), 'a.pcap'))).toBe(`there is no file ${at('none')}/a.pcap`);
    expect(readingProblem(folder)).toBe(`${folder} is a folder; give a file name`);
  });
});
