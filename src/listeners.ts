/**
 * Listeners by the type of a notice. A listener that throws is reported and harms nobody else.
 */

/** Anything that is told with a type. */
interface Typed {
  readonly type: string;
}

/** Who wants to be told of which notices. */
export class Listeners<Notice extends Typed> {
  readonly #report: (error: unknown) => void;
  readonly #listeners = new Map<string, Set<(notice: Notice) => void>>();

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends Notice['type']>(
    type: Type,
    listener: (notice: Extract<Notice, { readonly type: Type }>) => void,
  ): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    const call = (notice: Notice) => {
      if (isOf(notice, type)) listener(notice);
    };
    listeners.add(call);
    return () => void listeners.delete(call);
  }

  tell(notice: Notice): void {
    for (const listener of this.#listeners.get(notice.type) ?? []) {
      try {
        listener(notice);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

function isOf<Notice extends Typed, Type extends Notice['type']>(
  notice: Notice,
  type: Type,
): notice is Extract<Notice, { readonly type: Type }> {
  return notice.type === type;
}
