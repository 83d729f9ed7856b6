// Gradio's own requests pass through here. Where a connection breaks, Gradio would take no further question and load the
// page anew once the server is back: the conversation would be lost. It is told of one failed answer instead.
const LOST = ['{"msg":"unexpected_error","message":"lost","success":false}', '{"msg":"close_stream"}']
  .map((message) => `data: ${message}\n\n`).join("");
let status = 0; // of the last question that was refused; 0 where no server answered

const send = window.fetch.bind(window);
window.fetch = async (target, options) => {
  const path = new URL(target.url || target, document.baseURI).pathname;
  if (path.endsWith("/app_id")) throw new TypeError("the page keeps its conversation");
  if (path.endsWith("/queue/join")) return joined(target, options);
  if (path.endsWith("/queue/data")) return send(target, options).then(mended, lost);
  return send(target, options);
};

const refusal = () => (status === 429 || status === 503 ? "busy" : "lost");

function lost() {
  fail("lost");
  return new Response(LOST);
}

async function joined(target, options) {
  try {
    const answer = await send(target, options);
    status = answer.ok ? 0 : answer.status;
    if (!answer.ok) fail(refusal());
    return answer;
  } catch {
    status = 0;
    fail("lost");
    return Response.json({ error: "lost" }, { status: 502 });
  }
}

// Gives the stream of answers; one that ends without saying so ends as a failed answer.
function mended(answer) {
  if (!answer.ok || !answer.body) return lost();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const writer = new TextEncoder();
  let said = "";
  const body = new ReadableStream({
    async pull(out) {
      const { done, value } = await reader.read().catch(() => ({ done: true }));
      if (value) {
        said = (said + value).slice(-100);
        out.enqueue(writer.encode(value.replace('"session_not_found":true', '"session_not_found":false')));
      }
      if (!done) return;
      if (!said.includes("close_stream")) {
        fail("lost");
        out.enqueue(writer.encode(LOST));
      }
      out.close();
    },
    cancel: () => reader.cancel(),
  });
  return new Response(body, { headers: answer.headers });
}
