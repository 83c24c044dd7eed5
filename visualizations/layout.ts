/**
 * Where everything stands: the Eclipse Layout Kernel's layered algorithm, told to draw a story from left to right.
 *
 * The options are a recipe that was found by looking at many pictures. It must never look at a clock or at chance: the same chart has
 * the same layout, byte for byte.
 */

import elk from 'elkjs/lib/elk.bundled.js';
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { type Chart, type ChartState, type ChartTransition, contains, stateOf } from './model.ts';
import { isListed, labelBlock, stateBlock } from './parts.ts';
import type { Block, Box, Point } from './scene.ts';

export interface PlacedState {
  readonly state: ChartState;
  readonly box: Box;
  readonly block: Block;
  readonly isContainer: boolean;
}

export interface PlacedEdge {
  /** `source->target`: one line carries all transitions between the two. */
  readonly id: string;
  readonly points: readonly Point[];
  readonly label: { readonly x: number; readonly y: number; readonly block: Block };
}

export interface Layout {
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  /** Containers before what they contain. */
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
}

/** Small charts read from left to right; large ones downwards, since labels are wide and pages are not. */
export type Direction = 'right' | 'down';

const options = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.cycleBreaking.strategy': 'GREEDY',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'TAIL_LAYER',
  'elk.layered.layering.strategy': 'LONGEST_PATH',
  'elk.layered.compaction.postCompaction.strategy': 'EDGE_LENGTH',
  'elk.layered.thoroughness': '40',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '14',
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '14',
};

/** Lays a chart out. */
export async function layOut(chart: Chart, direction: Direction): Promise<Layout> {
  const plan = planOf(chart, direction);
  const engine = new elk.default();
  let placed: ElkNode = await engine.layout(graphOf(chart, plan));
  for (let attempt = 1; attempt < attempts && widen(plan, boxesOf(placed)); attempt += 1) {
    placed = await engine.layout(graphOf(chart, plan));
  }
  const boxes = boxesOf(placed);
  const states = chart.states.flatMap((state): PlacedState[] => {
    const [box, block] = [boxes.get(state.id), plan.blocks.get(state.id)];
    return box && block ? [{ state, box, block, isContainer: plan.containers.has(state.id) }] : [];
  });
  const edges = (placed.edges ?? []).flatMap((edge): PlacedEdge[] => {
    const [{ x = 0, y = 0 } = {}, bundle] = [edge.labels?.[0], plan.bundles.get(edge.id)];
    return bundle ? [{ id: edge.id, points: pointsOf(edge), label: { x, y, block: bundle.block } }] : [];
  });
  return { direction, width: placed.width ?? 0, height: placed.height ?? 0, states, edges };
}

/** ELK does not know how much room a container's own text takes: where it is too little, the container is padded and tried again. */
const attempts = 4;

interface Plan {
  readonly direction: Direction;
  readonly containers: ReadonlySet<string>;
  readonly blocks: ReadonlyMap<string, Block>;
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Room that a container lacked in the tries so far. */
  readonly padding: Map<string, { readonly width: number; readonly height: number }>;
}

/** Drawn transitions between the same two states, which share a line. */
interface Bundle {
  readonly source: string;
  readonly target: string;
  readonly transitions: readonly ChartTransition[];
  readonly block: Block;
}

function planOf(chart: Chart, direction: Direction): Plan {
  const containers = new Set(chart.states.flatMap(({ parent }) => parent ?? []));
  const form = direction === 'right' ? 'header' : 'column';
  const blocks = new Map<string, Block>();
  for (const state of chart.states) {
    if (state.depth > 0) blocks.set(state.id, stateBlock(chart, state, containers.has(state.id) ? form : 'box'));
  }
  return { direction, containers, blocks, bundles: bundled(chart), padding: new Map() };
}

/** The drawn transitions. The root's are not among them: they stand in their own panel. */
function bundled(chart: Chart): Map<string, Bundle> {
  const bundles = new Map<string, Bundle>();
  for (const transition of chart.transitions) {
    if (transition.source === chart.id || isListed(transition)) continue;
    for (const target of transition.targets) {
      const id = `${transition.source}->${target}`;
      const transitions = [...(bundles.get(id)?.transitions ?? []), transition];
      bundles.set(id, { source: transition.source, target, transitions, block: labelBlock(chart, transitions) });
    }
  }
  return bundles;
}

function graphOf(chart: Chart, plan: Plan): ElkNode {
  const order = new Map(chart.states.map(({ id }, index) => [id, index]));
  const edges = [...plan.bundles].map(([id, { source, target, block }]): ElkExtendedEdge => {
    const label = {
      text: id,
      width: block.width,
      height: block.height,
      layoutOptions: { 'elk.edgeLabels.inline': 'true' },
    };
    // What comes later in the document stands further on.
    const priority = (order.get(source) ?? 0) < (order.get(target) ?? 0) ? '10' : '0';
    return { ...edge(id, source, target, priority), labels: [label] };
  });
  const hints = hintsOf(chart).map(([first, next]) => edge(`hint ${first} ${next}`, first, next, '20'));
  return {
    id: chart.id,
    layoutOptions: {
      ...options,
      'elk.direction': plan.direction.toUpperCase(),
      // Room for the dot from which the machine starts.
      'elk.padding': plan.direction === 'right' ? padding(20, 0, 0, 0) : padding(0, 24, 0, 0),
    },
    children: chart.states.filter(({ depth }) => depth === 1).map((state) => nodeOf(chart, plan, state)),
    edges: [...edges, ...hints],
  };
}

function nodeOf(chart: Chart, plan: Plan, state: ChartState): ElkNode {
  const { width, height } = plan.blocks.get(state.id) ?? { width: 0, height: 0 };
  const isAcross = plan.direction === 'right';
  const placement = isAcross ? '[OUTSIDE, V_TOP, H_CENTER]' : '[OUTSIDE, H_LEFT, V_CENTER]';
  const node: ElkNode = {
    id: state.id,
    // Room for the dot from which the parent starts: ELK keeps free what is taken by a label.
    labels: state.isInitial ? [{ text: 'start', width: 18, height: 18 }] : [],
    layoutOptions: { 'elk.nodeLabels.placement': placement },
  };
  if (!plan.containers.has(state.id)) return { ...node, width: Math.max(96, width), height };
  const more = plan.padding.get(state.id) ?? { width: 0, height: 0 };
  const [top, left] = isAcross ? [height + 22, 26] : [26, width + 14];
  return {
    ...node,
    children: chart.states.filter(({ parent }) => parent === state.id).map((child) => nodeOf(chart, plan, child)),
    layoutOptions: { ...node.layoutOptions, 'elk.padding': padding(top, left, 20 + more.height, 24 + more.width) },
  };
}

function edge(id: string, source: string, target: string, priority: string): ElkExtendedEdge {
  return { id, sources: [source], targets: [target], layoutOptions: { 'elk.layered.priority.direction': priority } };
}

function padding(top: number, left: number, bottom: number, right: number): string {
  return `[top=${top},left=${left},bottom=${bottom},right=${right}]`;
}

/** Pads the containers whose text does not fit; false where all of it does. */
function widen(plan: Plan, boxes: ReadonlyMap<string, Box>): boolean {
  let isTight = false;
  for (const id of plan.containers) {
    const [box, block] = [boxes.get(id), plan.blocks.get(id)];
    if (!box || !block) continue;
    const before = plan.padding.get(id) ?? { width: 0, height: 0 };
    const width = Math.max(0, block.width - box.width);
    const height = Math.max(0, block.height - box.height);
    if (width + height > 0) isTight = true;
    plan.padding.set(id, { width: before.width + width, height: before.height + height });
  }
  return isTight;
}

/**
 * Pairs of siblings that follow one another although no line says so: where a container moves into one of its children, that child
 * comes after the one that the container starts in.
 */
function hintsOf(chart: Chart): (readonly [first: string, next: string])[] {
  const pairs = new Map<string, readonly [string, string]>();
  for (const { source, targets } of chart.transitions) {
    const initial = source === chart.id ? undefined : stateOf(chart, source)?.initial;
    if (initial === undefined) continue;
    for (const target of targets) {
      const child = chart.states.find(({ id, parent }) => parent === source && contains(chart, id, target));
      if (child && child.id !== initial) pairs.set(child.id, [initial, child.id]);
    }
  }
  return [...pairs.values()];
}

function boxesOf(node: ElkNode, boxes = new Map<string, Box>()): Map<string, Box> {
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  boxes.set(node.id, { x, y, width, height });
  for (const child of node.children ?? []) boxesOf(child, boxes);
  return boxes;
}

function pointsOf({ sections = [] }: ElkExtendedEdge): Point[] {
  return sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
}
