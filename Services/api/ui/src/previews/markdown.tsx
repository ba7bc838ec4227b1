import { MarkdownText } from "./markdown-text";
import type { TextProps } from "./preview";

export default function Markdown({ head }: TextProps): JSX.Element {
  return <MarkdownText text={head.text} />;
}
