import { botPages } from './bot-pages.ts';
import { callPages } from './call-pages.ts';
import { commandPages } from './command-pages.ts';
import { completedPages } from './completed-pages.ts';
import { httpPages } from './http-pages.ts';
import { limitPages } from './limit-pages.ts';
import { requestPages } from './request-pages.ts';
import { sipPages } from './sip-pages.ts';

export { type CommandErrorCode, type CommandErrorKind, commandErrorKinds } from './command-pages.ts';
export { againOf, type CodeFacts, type DescribedPage, describePage } from './describe-page.ts';
export type { ErrorPage } from './error-page.ts';
export { pageStyle, printHtmlIndex, printHtmlPage } from './print-html.ts';
export { anchorOf, printMarkdownPage } from './print-markdown.ts';

/** The page of every code. */
export const errorPages = {
  ...requestPages,
  ...limitPages,
  ...botPages,
  ...sipPages,
  ...callPages,
  ...httpPages,
  ...completedPages,
  ...commandPages,
};

export type PageCode = keyof typeof errorPages;
