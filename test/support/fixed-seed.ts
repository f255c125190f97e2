import * as fc from 'fast-check';

/**
 * The same examples in every run, so that a change is judged by itself and not by luck; FAST_CHECK_SEED draws others.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 2026) });
