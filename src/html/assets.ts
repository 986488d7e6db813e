// The script and the style of the page, made by scripts/build.mjs out of browser/, page.css and uPlot.

import { createRequire } from 'node:module';

export interface Assets {
  readonly script: string;
  readonly style: string;
}

// Not an `import`: Node 20 and 22 warn of JSON modules on stderr, and the file is made by the build.
export const ASSETS: Assets = createRequire(import.meta.url)('../../dist/html/assets.json');
