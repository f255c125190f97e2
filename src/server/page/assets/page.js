// @ts-check
/**
 * What the page does beyond links and forms: results while one types, suggested names, keys, copying. Everything works
 * without it. A module, so that it is strict and runs when the document is there.
 */

const PAUSE_MS = 120;
/** A reader hears the count when typing has paused, and not at each key. */
const ANNOUNCE_MS = 700;
const SUGGESTIONS = 6;

const field = /** @type {HTMLInputElement} */ (document.getElementById('q'));
const list = /** @type {HTMLElement} */ (document.getElementById('suggestions'));
const status = /** @type {HTMLElement} */ (document.getElementById('status'));

/** @type {AbortController | undefined} */
let asked;
let pause = 0;
let announcement = 0;

/** @param {string} url @param {string} accept @param {AbortSignal} signal */
const get = (url, accept, signal) => fetch(url, { headers: { accept }, signal });

field.addEventListener('input', () => {
  clearTimeout(pause);
  pause = window.setTimeout(ask, PAUSE_MS);
});

/** Asks for what stands in the field now; what was asked before does not matter any more. */
async function ask() {
  asked?.abort();
  asked = new AbortController();
  await Promise.all([swapResults(asked.signal), suggest(asked.signal)]).catch((error) => {
    // Without an answer what is shown stays; Enter asks for the whole page, which says what is wrong.
    if (error.name !== 'AbortError') console.warn(error);
  });
}

/** @param {AbortSignal} signal */
async function swapResults(signal) {
  const shown = document.getElementById('results');
  if (!shown || location.pathname !== '/') return;
  const query = new URLSearchParams();
  if (field.value.trim() !== '') query.set('q', field.value);
  const sort = field.form && new FormData(field.form).get('sort');
  if (sort) query.set('sort', String(sort));
  const url = query.size > 0 ? `/?${query}` : '/';
  shown.ariaBusy = 'true';
  const answer = await get(url, 'text/html; fragment=results', signal);
  const html = await answer.text();
  if (signal.aborted) return;
  if (!/^text\/html/.test(answer.headers.get('content-type') ?? '')) throw new Error(`${answer.status} ${url}`);
  const isOpen = document.querySelector('.fold')?.hasAttribute('open') ?? false;
  shown.outerHTML = html;
  document.querySelector('.fold')?.toggleAttribute('open', isOpen);
  history.replaceState(null, '', url);
  announce(document.getElementById('results')?.dataset.count ?? '');
}

/** @param {string} text */
function announce(text) {
  clearTimeout(announcement);
  announcement = window.setTimeout(() => {
    status.textContent = text;
  }, ANNOUNCE_MS);
}

/** @param {AbortSignal} signal */
async function suggest(signal) {
  const typed = field.value.trim();
  if (typed === '') return showSuggestions([]);
  const answer = await get(`/v1/suggest?n=${SUGGESTIONS}&q=${encodeURIComponent(typed)}`, 'application/json', signal);
  const { suggestions = [] } = await answer.json();
  // On the page of results the first names stand there already.
  if (!signal.aborted) showSuggestions(suggestions.filter((/** @type {string} */ name) => name !== typed));
}

/** @param {readonly string[]} names */
function showSuggestions(names) {
  const options = names.map((name, at) => {
    const option = document.createElement('div');
    option.role = 'option';
    option.id = `suggestion-${at}`;
    option.textContent = name;
    return option;
  });
  list.replaceChildren(...options);
  list.hidden = names.length === 0 || document.activeElement !== field;
  field.ariaExpanded = String(!list.hidden);
  field.removeAttribute('aria-activedescendant');
}

/** @param {number} by */
function choose(by) {
  const options = [...list.querySelectorAll('[role=option]')];
  const before = options.findIndex((option) => option.ariaSelected === 'true');
  const at = before + by;
  options.forEach((option, index) => {
    option.ariaSelected = String(index === at);
  });
  const chosen = options[at];
  if (chosen) field.setAttribute('aria-activedescendant', chosen.id);
  else field.removeAttribute('aria-activedescendant');
  return chosen !== undefined || at < 0;
}

/** @param {Element} option */
function openSuggestion(option) {
  location.assign(`/r/${(option.textContent ?? '').split('/').map(encodeURIComponent).join('/')}`);
}

list.addEventListener('pointerdown', (event) => {
  const option = /** @type {Element} */ (event.target).closest('[role=option]');
  if (option) openSuggestion(option);
});
field.addEventListener('blur', () => showSuggestions([]));

field.addEventListener('keydown', (event) => {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const chosen = list.querySelector('[aria-selected=true]');
  if (by !== 0 && !list.hidden) {
    event.preventDefault();
    if (!choose(by)) moveFocus(1);
  } else if (by === 1) {
    event.preventDefault();
    moveFocus(1);
  } else if (event.key === 'Enter' && chosen && !list.hidden) {
    event.preventDefault();
    openSuggestion(chosen);
  } else if (event.key === 'Escape' && !list.hidden) {
    event.preventDefault();
    showSuggestions([]);
  }
});

/** Between the links of what is listed, and back into the field above the first. @param {number} by */
function moveFocus(by) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.hit h2 a, td.names a:first-child')]);
  const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by;
  if (at < 0) field.focus();
  else links[at]?.focus();
  return links.length > 0;
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === 'Escape') field.focus();
  else if (isTyping) return;
  else if (event.key === '/') field.select();
  else if (event.key === 'c') copy(document.querySelector('.command button, button[data-copy]'));
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (!document.activeElement?.matches('.hit a, td.names a')) return;
    moveFocus(event.key === 'ArrowDown' ? 1 : -1);
  } else return;
  event.preventDefault();
});

document.addEventListener('click', (event) => {
  copy(/** @type {Element} */ (event.target).closest('button[data-copy]'));
});

/** @param {Element | null} button */
async function copy(button) {
  if (!(button instanceof HTMLButtonElement) || button.dataset.said) return;
  const { copy: text = '', copied = '' } = button.dataset;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https there is no clipboard: the text is selected for Ctrl-C.
    const line = button.previousElementSibling;
    if (line) getSelection()?.selectAllChildren(line);
    return;
  }
  button.dataset.said = button.textContent ?? '';
  button.textContent = copied;
  announce(copied);
  setTimeout(() => {
    button.textContent = button.dataset.said ?? '';
    delete button.dataset.said;
  }, 1_500);
}

// What would say nothing without this script.
field.role = 'combobox';
field.ariaExpanded = 'false';
field.ariaAutoComplete = 'list';
field.setAttribute('aria-controls', list.id);
for (const button of document.querySelectorAll('button[data-copy]')) button.removeAttribute('hidden');
