/** The little of markdown-it that is used here; it comes without types. */
declare module 'markdown-it' {
  export default class MarkdownIt {
    constructor(options: { html: boolean; linkify: boolean });
    /** Decides which addresses a link may have. */
    validateLink: (url: string) => boolean;
    render(markdown: string): string;
  }
}
