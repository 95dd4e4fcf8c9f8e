// The little of the DOM that the page needs. Text only ever becomes text: nothing here reads markup.

type Child = Node | string;
type Attributes = Record<string, string | number | boolean | undefined>;

/** An element; an attribute that is undefined or false is left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

export function makeSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
}

/** Throws where the page has no such element, which would be a bug of the page. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/** A button that opens the details of a task: one listener for the whole page hears all of them. */
export const opener = (task: number, attributes: Attributes, ...children: Child[]): HTMLButtonElement =>
  make('button', { type: 'button', 'data-task': task, ...attributes }, ...children);

/**
 * Arrow keys move among these buttons and Tab leaves them, so that a thousand tasks are one stop (the roving tabindex of
 * the ARIA authoring practices).
 */
export function roving(container: HTMLElement, buttons: readonly HTMLButtonElement[]): void {
  for (const [at, button] of buttons.entries()) button.tabIndex = at === 0 ? 0 : -1;
  const focus = (at: number): void => {
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, at))];
    if (!next) return;
    for (const button of container.querySelectorAll<HTMLButtonElement>('[tabindex="0"]')) {
      if (buttons.includes(button)) button.tabIndex = -1;
    }
    next.tabIndex = 0;
    next.focus();
  };
  container.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (at < 0) return;
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    focus(to);
  });
}
