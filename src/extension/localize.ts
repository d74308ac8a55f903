/** How text for people is translated: VS Code's `l10n.t`, passed in so that pure parts need no editor. */

/** `{0}`, `{1}` … in the message stand for the values. */
export type Localize = (message: string, ...values: (string | number)[]) => string;

/** English as written; what `l10n.t` answers where no translation is installed. */
export const inEnglish: Localize = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (placeholder, index: string) => String(values[Number(index)] ?? placeholder));
