import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
  syntaxTreeAvailable,
} from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { getNonce } from 'get-nonce';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../lib/manifest-problems';

interface Props {
  label: string;
  /** The text to begin with. */
  text: string;
  onChange: (text: string) => void;
  /** What the server found wrong with the text, the last time it was asked. */
  problems: readonly Problem[];
}

/** Where YAML is written: with line numbers, undo, and what is wrong marked at its line. */
export default function YamlEditor({ label, text, onChange, problems }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  const [broken, setBroken] = useState<number | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor keeps the text from here on
  useEffect(() => {
    const made = new EditorView({
      parent: box.current as HTMLElement,
      doc: text,
      extensions: [
        ...EXTENSIONS,
        EditorView.cspNonce.of(getNonce() ?? ''),
        EditorView.contentAttributes.of({
          'aria-label': label,
          spellcheck: 'false',
          tabindex: '0',
        }),
        EditorView.updateListener.of((update) => {
          setBroken(firstBroken(update.state));
          if (update.docChanged) latest.current(update.state.doc.toString());
        }),
      ],
    });
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, [label]);

  useEffect(() => {
    const lines = problems.flatMap(({ line }) => (line === null ? [] : [line]));
    view.current?.dispatch({ effects: markLines.of(lines) });
  }, [problems]);

  const goTo = (line: number) => {
    const editor = view.current;
    if (!editor) return;
    const at = editor.state.doc.line(Math.min(line, editor.state.doc.lines)).from;
    editor.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: 'center' }),
    });
    editor.focus();
  };
  const shown: readonly Problem[] =
    broken === null ? problems : [{ line: broken, message: NOT_YAML }, ...problems];
  return (
    <div className="flex flex-col gap-2">
      <div ref={box} className="rounded-sm border border-control" />
      {shown.length > 0 && (
        <ul aria-label="What is wrong" className="flex flex-col gap-1 text-sm text-critical">
          {shown.map(({ line, message }) => (
            <li key={message} className="break-words">
              {line !== null && (
                <button
                  type="button"
                  className="mr-2 rounded-sm font-medium underline"
                  onClick={() => goTo(line)}
                >
                  Line {line}
                </button>
              )}
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const NOT_YAML = 'This cannot be read as YAML.';

/** The number of the first line that the parser cannot make sense of; null where it can, or is not done. */
function firstBroken(state: EditorState): number | null {
  if (!syntaxTreeAvailable(state)) return null;
  let at: number | null = null;
  syntaxTree(state).iterate({
    enter: (node) => {
      if (node.type.isError) at ??= node.from;
    },
  });
  return at === null ? null : state.doc.lineAt(at).number;
}

const markLines = StateEffect.define<readonly number[]>();
const mark = Decoration.line({ class: 'cm-problem' });

/** The lines that the server found wrong; a mark goes with its line when text is written above it. */
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { changes, effects, newDoc }) =>
    effects.reduce(
      (kept, effect) =>
        effect.is(markLines)
          ? Decoration.set(
              effect.value
                .filter((line) => line <= newDoc.lines)
                .map((line) => mark.range(newDoc.line(line).from)),
              true,
            )
          : kept,
      marks.map(changes),
    ),
  provide: (field) => EditorView.decorations.from(field),
});

const LOOK = EditorView.theme({
  '&': { color: 'var(--fg)', backgroundColor: 'var(--sunken)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--focus)' },
  '.cm-scroller': { maxHeight: '45dvh', overflow: 'auto', lineHeight: '18px' },
  '.cm-scroller, .cm-content': { fontFamily: 'var(--font-mono, ui-monospace, monospace)' },
  '.cm-content': { caretColor: 'var(--fg)' },
  '.cm-cursor': { borderLeftColor: 'var(--fg)' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'var(--sunken)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--hairline)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--running-bg)' },
  '.cm-line.cm-problem, .cm-line.cm-problem.cm-activeLine': {
    backgroundColor: 'var(--critical-bg)',
    boxShadow: 'inset 3px 0 0 var(--critical)',
  },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--fg)' },
  { tag: [tags.comment, tags.punctuation, tags.separator, tags.meta], color: 'var(--muted)' },
]);

/** Tab leaves the editor, so that nobody is caught in it. */
const EXTENSIONS = [
  lineNumbers(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  indentOnInput(),
  EditorState.tabSize.of(2),
  yaml(),
  syntaxHighlighting(COLOURS),
  keymap.of([...defaultKeymap, ...historyKeymap]),
  marked,
  LOOK,
];
