/**
 * The query as text. What parses takes effect at once, an error is underlined at its columns and said
 * below, completions follow the caret; leaving the field writes the query canonically.
 */
import { useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { completions, printQuery, type Completion } from '../../../../src/protocol/queryText.js';
import type { RunFacts } from '../../../state/facts.js';
import type { Viewer } from '../../../state/viewer.js';
import { isOvertaken, piecesOf, readDraft } from './queryDraft.js';

export function QueryInput({ viewer, facts }: { viewer: Viewer; facts: RunFacts }): VNode {
  const input = useRef<HTMLInputElement>(null);
  const under = useRef<HTMLDivElement>(null);
  const [text, setText] = useState(viewer.text.peek());
  const [open, setOpen] = useState<{ readonly items: readonly Completion[]; readonly place: number } | null>(null);
  const vocabulary = useMemo(
    () => ({ layerNames: facts.layers.map((layer) => layer.name), classNames: facts.classNames }),
    [facts],
  );
  const draft = readDraft(text, vocabulary);
  const latestText = useRef(text);
  latestText.current = text;

  useSignalEffect(() => {
    const query = viewer.query.value;
    const focused = document.activeElement === input.current;
    if (!focused || isOvertaken(latestText.current, query, vocabulary)) setText(printQuery(query));
  });

  const write = (next: string): void => {
    setText(next);
    latestText.current = next;
    const read = readDraft(next, vocabulary);
    if (read.query) viewer.query.value = read.query;
  };
  const suggest = (value: string, at: number): void => {
    const items = completions(value, at, {
      layerNames: facts.layers.map((layer) => layer.name),
      classNames: facts.classNames,
      channelCounts: facts.layers.map((layer) => layer.channelCount),
      lastEpoch: facts.epochCount - 1,
    });
    setOpen(items.length > 0 ? { items: items.slice(0, 12), place: 0 } : null);
  };
  const accept = (item: Completion): void => {
    const next = text.slice(0, item.from) + item.insert + text.slice(item.to);
    const caret = item.from + item.insert.length;
    write(next);
    setOpen(null);
    requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret));
  };
  const onKey = (event: KeyboardEvent): void => {
    const handled = keyIn(event, open, setOpen, accept, () =>
      suggest(text, input.current?.selectionStart ?? text.length),
    );
    if (handled) event.preventDefault();
    else if (event.key === 'Enter' && draft.query) viewer.ask();
  };
  const leave = (): void => {
    setOpen(null);
    if (draft.query) setText(printQuery(draft.query));
  };
  return (
    <div class={`query-input ${draft.error ? 'wrong' : ''}`}>
      <div class="query-text" ref={under} aria-hidden="true">
        {piecesOf(text, draft.error).map((piece, i) => (
          <span key={i} class={`${piece.kind} ${piece.wrong ? 'underlined' : ''}`}>
            {piece.text}
          </span>
        ))}
      </div>
      <input
        ref={input}
        type="text"
        spellcheck={false}
        autocomplete="off"
        aria-label="Query"
        role="combobox"
        aria-expanded={open !== null}
        aria-controls="query-completions"
        aria-activedescendant={open ? `completion-${open.place}` : undefined}
        aria-invalid={draft.error !== null}
        aria-describedby="query-error"
        value={text}
        onInput={(event) => {
          write(event.currentTarget.value);
          suggest(event.currentTarget.value, event.currentTarget.selectionStart ?? 0);
        }}
        onScroll={(event) => under.current && (under.current.scrollLeft = event.currentTarget.scrollLeft)}
        onKeyDown={onKey}
        onBlur={leave}
      />
      {open && <CompletionList open={open} onAccept={accept} />}
      <div id="query-error" class={open || !draft.error ? 'unseen' : 'query-error'} role="status">
        {draft.error && (
          <>
            {draft.error.wrong}. {draft.error.tryThis}
          </>
        )}
      </div>
    </div>
  );
}

interface OpenList {
  readonly items: readonly Completion[];
  readonly place: number;
}

function keyIn(
  event: KeyboardEvent,
  open: OpenList | null,
  setOpen: (open: OpenList | null) => void,
  accept: (item: Completion) => void,
  suggest: () => void,
): boolean {
  if (event.key === ' ' && event.ctrlKey) {
    suggest();
    return true;
  }
  if (!open) return false;
  const count = open.items.length;
  switch (event.key) {
    case 'ArrowDown':
      setOpen({ ...open, place: (open.place + 1) % count });
      return true;
    case 'ArrowUp':
      setOpen({ ...open, place: (open.place + count - 1) % count });
      return true;
    case 'Tab':
      accept(open.items[open.place]);
      return true;
    case 'Escape':
      setOpen(null);
      return true;
    default:
      return false;
  }
}

function CompletionList({ open, onAccept }: { open: OpenList; onAccept: (item: Completion) => void }): VNode {
  return (
    <ul id="query-completions" class="completions" role="listbox" aria-label="Completions">
      {open.items.map((item, i) => (
        <li
          key={item.insert}
          id={`completion-${i}`}
          role="option"
          aria-selected={i === open.place}
          // Pressing must not take the focus from the field, or the list would close before the click.
          onMouseDown={(event) => {
            event.preventDefault();
            onAccept(item);
          }}
        >
          <code>{item.insert}</code> <span>{item.detail}</span>
        </li>
      ))}
      <li class="completions-help" role="presentation">
        Tab to accept, ↑ ↓ to move, Esc to close
      </li>
    </ul>
  );
}
