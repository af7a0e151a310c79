/** Whether a dialog is open over the page: keys are its own then, and what lies below is not read again. */
export const isCovered = (): boolean => document.querySelector('dialog[open]') !== null;
