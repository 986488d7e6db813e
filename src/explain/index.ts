// What messages and logs of OpenSSH mean. Pure: text in, answers out; nothing is measured here.

export { type Answer, answer } from './answer.ts';
export { type AnswerOptions, renderAnswer } from './answer-text.ts';
export { CATALOGUE, CATALOGUE_FOR_PASTED } from './catalogue.ts';
export { LineSplitter, notText } from './lines.ts';
export { logJson } from './log-json.ts';
export { LogReader } from './log-reader.ts';
export { type LogReading, readingOf } from './log-reading.ts';
export { renderLog } from './log-text.ts';
export { recognise } from './recognise.ts';
