import type { Assets } from './assets.ts';

/** The views, and the files that they load. */
export interface Views {
  readonly render: typeof import('./views.ts');
  readonly assets: Assets;
}

export type LoadViews = () => Promise<Views>;

/** Loads the views when they are first asked for: a pod that only answers docker needs none. */
export function createViewLoader(): LoadViews {
  let views: Promise<Views> | undefined;
  const load = async () => {
    const render = await import('./views.ts');
    return { render, assets: render.readAssets() };
  };
  return () => {
    views ??= load();
    return views;
  };
}
