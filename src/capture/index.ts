// capture: packet capture files, written and read.

export { CaptureFile, chunksOf } from './file.ts';
export type { CapturedFrame, CaptureEnd } from './frame.ts';
export { type CaptureSummary, NotACapture, readCapture } from './read.ts';
