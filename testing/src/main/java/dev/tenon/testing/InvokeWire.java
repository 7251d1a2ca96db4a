package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Anthropic's Messages through Amazon Bedrock's {@code invoke}: the bodies are Anthropic's, the place and the stream are Bedrock's. */
final class InvokeWire implements Wire {
    private static final Pattern PATH = Pattern.compile("/model/([^/]+)/invoke(-with-response-stream)?$");

    @Override
    public String format() {
        return "bedrock-invoke";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && PATH.matcher(path).find();
    }

    @Override
    public Optional<String> key(LoopbackServer.Request request) {
        return BedrockEvents.signer(request).or(() -> Wire.super.key(request));
    }

    @Override
    public ModelRequest read(WireRequest request) {
        Matcher path = PATH.matcher(request.path().replaceFirst("\\?.*", ""));
        if (!path.find()) throw new Refusal("no model is named");
        Json.Obj body = request.body() instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        if (body.has("model") || body.has("stream")) {
            throw new Refusal("extraneous key [" + (body.has("model") ? "model" : "stream") + "] is not permitted");
        }
        WireJson.wanted(body, "anthropic_version");
        Json.Obj named = body.without("anthropic_version")
                .with("model", Json.of(URLDecoder.decode(path.group(1), StandardCharsets.UTF_8)))
                .with("stream", Json.of(path.group(2) != null));
        ModelRequest asked = AnthropicRequest.read(
                new WireRequest(format(), request.method(), request.path(), request.headers(), named));
        return ModelRequest.overHttp(asked.model(), asked.chat(), asked.streamed(), request);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        AnthropicReply answer = new AnthropicReply(asked, reply, number);
        if (!asked.streamed()) {
            return new Written(
                    "application/json", List.of(WireJson.bytes(answer.whole().toString())));
        }
        List<byte[]> packets = new ArrayList<>();
        for (byte[] events : answer.events()) {
            packets.add(packed(events));
        }
        return new Written(BedrockEvents.TYPE, packets);
    }

    /** Each event in a message of its own, in base64. */
    private static byte[] packed(byte[] events) {
        Packets packets = new Packets();
        for (String event : new String(events, StandardCharsets.UTF_8).split("\n\n")) {
            String data = event.substring(event.indexOf("data: ") + "data: ".length());
            String base64 = Base64.getEncoder().encodeToString(WireJson.bytes(data));
            packets.around(BedrockEvents.event("chunk", Json.object("bytes", base64)));
        }
        return packets.list().getFirst();
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return BedrockEvents.error(kind, message, retryAfter);
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return BedrockEvents.exceptionInStream(kind, message);
    }
}
