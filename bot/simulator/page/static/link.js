// One WebSocket to the simulator: patches come in, requests go out and are answered by number.

export class Link {
  #events;
  #socket = null;
  #count = 0;
  #asked = new Map();
  #delay = 250;

  constructor(events) {
    this.#events = events;
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/page/socket`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#delay = 250;
      this.#events.opened();
    };
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = () => this.#again();
  }

  #take(frame) {
    if (frame.patch) this.#events.patched(frame.patch);
    if (frame.answer !== undefined) {
      this.#asked.get(frame.answer)?.(frame);
      this.#asked.delete(frame.answer);
    }
  }

  /** Try again, slower each time; whoever still waits is told that the line broke. */
  #again() {
    for (const settle of this.#asked.values()) {
      settle(
        { ok: false, trouble: "The connection to the simulator broke. It will be tried again." },
      );
    }
    this.#asked.clear();
    this.#events.lost();
    setTimeout(() => this.connect(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, 5000);
  }

  ask(what, details) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ ok: false, trouble: "Not connected to the simulator just now." });
    }
    this.#count += 1;
    const number = this.#count;
    this.#socket.send(JSON.stringify({ ask: number, do: what, ...details }));
    return new Promise((settle) => this.#asked.set(number, settle));
  }
}
