// Properties look elsewhere each time that somebody works on the code, and at the same cases in CI: what fails there can be
// had again, and what it says of one change is not chance.

import fc from 'fast-check';

const CI_SEED = 20_261_127;

if (process.env.CI) fc.configureGlobal({ seed: CI_SEED });
