/** The part of the page that is loaded with the first request for it: most of what search answers is JSON. */
export { readAssets } from './assets.ts';
export { renderDigest } from './views/digest-page.tsx';
export { renderError, renderErrorAlone } from './views/error-page.tsx';
export { renderReference } from './views/reference-page.tsx';
export { renderRepository } from './views/repository-page.tsx';
export { renderResults, renderSearch } from './views/results.tsx';
