/** What a chart's model says of states and transitions, read from the machine alone. */
import { originOf, readChart } from '../../visualizations/model.ts';
import { borrower } from './sample.ts';

const chart = readChart(borrower);
const transition = (id: string) => chart.transitions.find((candidate) => candidate.id === `library.borrower.${id}`);

it('lists the states in document order, each with its place', () => {
  expect(chart.states.map(({ path, depth }) => `${depth} ${path}`)).toEqual([
    '0 ',
    '1 idle',
    '1 opening',
    '2 opening.connecting',
    '2 opening.awaitingBook',
    '1 open',
    '2 open.reading',
    '2 open.overdue',
    '1 closed',
    '1 failed',
  ]);
});

it('says of a state what it is for, what it does, and where the text says so', () => {
  expect(chart.states.find(({ key }) => key === 'awaitingBook')).toMatchObject({
    id: 'library.borrower.opening.awaitingBook',
    parent: 'library.borrower.opening',
    type: 'atomic',
    isInitial: false,
    clause: '§2 "Asking"',
    entry: ['sendAsk', 'countTry'],
    exit: ['withdraw'],
  });
  expect(chart.states.find(({ key }) => key === 'opening')).toMatchObject({
    initial: 'library.borrower.opening.connecting',
    tags: ['waiting'],
  });
});

it('names combined guards by their parts, and the last alternative as else', () => {
  expect(transition('opening.awaitingBook|received.BOOK|0')).toMatchObject({
    guard: 'and(isMine, not(isWorn))',
    isElse: false,
  });
  expect(transition('opening.awaitingBook|received.BOOK|1')).toMatchObject({ reenters: true, isElse: false });
  expect(transition('opening.awaitingBook|received.BOOK|2')).toMatchObject({
    guard: undefined,
    isElse: true,
    targets: ['failed'],
  });
});

it('names a delay and not the event that XState makes of it', () => {
  expect(transition('open.reading|after loanPeriod|0')).toMatchObject({ kind: 'after', event: 'loanPeriod' });
});

it('tells the origins of events apart', () => {
  const origins = chart.transitions.map((one) => [one.kind === 'event' ? one.event : one.kind, originOf(one)]);
  expect(Object.fromEntries(origins)).toMatchObject({
    'command.borrow': 'command',
    'connection.opened': 'connection',
    'received.BOOK': 'received',
    'received.*': 'received',
    found: 'answer',
    after: 'time',
    always: 'none',
  });
});

it('tells what an action tells apart from what it only keeps', () => {
  expect(chart.actionKinds.get('sendAsk')).toBe('emit');
  expect(chart.actionKinds.get('countTry')).toBe('assign');
});
