// The page's two ways to the sandbox: calls of the control API, and the live channel that reconnects by itself.

export async function get(path) {
  return answered(await reached(fetch(path)));
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answered(await reached(fetch(path, { method: "POST", headers, body: JSON.stringify(body) })));
}

export async function postForm(path, form) {
  return answered(await reached(fetch(path, { method: "POST", body: form })));
}

async function reached(request) {
  try {
    return await request;
  } catch {
    throw new Error("The sandbox is away; nothing was sent.");
  }
}

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `The sandbox answered ${response.status}.`);
  return body;
}

// Calls onEvent for every event (the first is "hello") and onAway when the channel is lost.
export function listen(onEvent, onAway) {
  let delay = 250;
  const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sandbox/live`;
  const open = () => {
    const socket = new WebSocket(address);
    socket.addEventListener("message", (message) => {
      delay = 250;
      onEvent(JSON.parse(message.data));
    });
    socket.addEventListener("close", () => {
      onAway();
      setTimeout(open, delay);
      delay = Math.min(delay * 2, 4000);
    });
  };
  open();
}
