// In which order events are written down and heard of.

import type { Event } from '../../src/model/event.ts';
import { Masker } from '../../src/run/masking/masking.ts';
import { EventSink, type EventSinkOptions } from '../../src/run/records/event-sink.ts';
import { neverRan } from '../../src/run/task-result.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/event-sink');

function made(options: Partial<EventSinkOptions> = {}) {
  const happened: string[] = [];
  const abort = new AbortController();
  const names = (events: readonly Event[]): string =>
    events.map((event) => ('id' in event ? event.id : event.type)).join();
  const sink = new EventSink({
    journal: { write: (events: readonly Event[]) => void happened.push(`write ${names(events)}`) },
    undoLog: {
      write: (...over: readonly { task?: string }[]) =>
        over.length > 0 && happened.push(`over ${over.map(({ task }) => task)}`),
    },
    onEvent: (event: Event) => void happened.push(`tell ${names([event])}`),
    abort,
    masker: new Masker([]),
    ...options,
  } as unknown as EventSinkOptions);
  return { sink, happened, abort };
}

const end = (id: string) => neverRan(id, 'passed', 'done', {});

test('an event is written before anybody hears of it', () => {
  const { sink, happened } = made();
  sink.emit(end('a'));
  sink.emit({ type: 'task-ran', id: 'b' });
  assert.equal(happened, ['write a', 'tell a', 'over a', 'write b', 'tell b']);
});

test('what happens together is written in one go, and then heard of', () => {
  const { sink, happened } = made();
  sink.together(() => {
    sink.emit({ type: 'task-ran', id: 'a' });
    sink.together(() => sink.emit(end('b')));
    sink.emit(end('c'));
  });
  assert.equal(happened, ['write a,b,c', 'tell a', 'tell b', 'tell c', 'over b,c']);
  sink.emit({ type: 'task-ran', id: 'd' });
  assert.equal(happened.slice(-2), ['write d', 'tell d']);
});

test('output is not held back without end', () => {
  const { sink, happened } = made();
  sink.together(() => {
    sink.emit({ type: 'task-output', id: 'a', text: 'x'.repeat(40_000) });
    sink.emit(end('a'));
    sink.emit({ type: 'task-output', id: 'b', text: 'x'.repeat(40_000) });
    assert.equal(happened, ['write a,a,b', 'tell a', 'tell a', 'tell b', 'over a']);
    sink.emit(end('b'));
  });
  assert.equal(happened.slice(5), ['write b', 'tell b', 'over b']);
});

test('nothing of what has happened is lost where something breaks', () => {
  const { sink, happened } = made();
  const breaks = () =>
    sink.together(() => {
      sink.emit(end('a'));
      throw new Error('broken');
    });
  assert.throws(breaks, 'broken');
  assert.equal(happened, ['write a', 'tell a', 'over a']);
});

test('a journal that cannot be written stops the run, and everybody still hears', () => {
  const journal = {
    write() {
      throw new Error('no space');
    },
  } as unknown as EventSinkOptions['journal'];
  const { sink, happened, abort } = made({ journal });
  sink.together(() => {
    sink.emit(end('a'));
    sink.emit(end('b'));
  });
  assert.ok(abort.signal.aborted);
  assert.match(sink.failure ?? '', 'no space');
  assert.equal(happened, ['tell a', 'tell b', 'over a,b']);
});

test('who throws hears no more', () => {
  let heard = 0;
  const onEvent = (): void => {
    heard += 1;
    throw new Error('broken');
  };
  const { sink, abort } = made({ onEvent });
  sink.together(() => {
    sink.emit(end('a'));
    sink.emit(end('b'));
  });
  assert.is(heard, 1);
  assert.ok(abort.signal.aborted);
});
