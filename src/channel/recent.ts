/** The answers to what was asked last: what is asked again costs a look. How many are kept is bounded, since strangers ask. */
export class Recent<Answer> {
  readonly #most: number;
  readonly #answers = new Map<string, Answer>();

  constructor(most = 256) {
    this.#most = most;
  }

  get(question: string): Answer | undefined {
    return this.#answers.get(question);
  }

  /** @returns the answer */
  keep(question: string, answer: Answer): Answer {
    this.#answers.set(question, answer);
    if (this.#answers.size > this.#most) {
      const [oldest = question] = this.#answers.keys();
      this.#answers.delete(oldest);
    }
    return answer;
  }
}
