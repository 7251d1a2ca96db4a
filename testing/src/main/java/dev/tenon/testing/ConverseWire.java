package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.tool.ToolSpec;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amazon Bedrock's Converse API, from the side of the host; streams in its binary messages. Signatures are not verified. */
final class ConverseWire implements Wire {
    private static final Pattern PATH = Pattern.compile("/model/([^/]+)/converse(-stream)?");

    private static final Map<String, String> SETTINGS =
            Map.of("maxTokens", "max_output_tokens", "topP", "top_p", "stopSequences", "stop");

    @Override
    public String format() {
        return "bedrock-converse";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && PATH.matcher(path).find();
    }

    /** A key of Bedrock's, or the id of the keys that signed the request. */
    @Override
    public Optional<String> key(LoopbackServer.Request request) {
        return BedrockEvents.signer(request).or(() -> Wire.super.key(request));
    }

    @Override
    public ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            History history = new History();
            for (Json part : WireJson.list(body, "system")) {
                history.system(WireJson.wanted(part.asObj(), "text").asString());
            }
            for (Json message : WireJson.wanted(body, "messages").asArr()) {
                message(message.asObj(), history);
            }
            Matcher path = PATH.matcher(request.path());
            String model = path.find() ? URLDecoder.decode(path.group(1), StandardCharsets.UTF_8) : "";
            Json.Obj tools = WireJson.given(body, "toolConfig").map(Json::asObj).orElse(Json.Obj.EMPTY);
            ChatRequest chat = new ChatRequest(
                    history.messages(), tools(tools), choice(tools), format(body), settings(body), Map.of());
            return ModelRequest.overHttp(model, chat, request.path().contains("/converse-stream"), request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    private static void message(Json.Obj message, History history) {
        boolean user = WireJson.wanted(message, "role").asString().equals("user");
        List<Content.OfUser> said = new ArrayList<>();
        List<Content.OfAssistant> answered = new ArrayList<>();
        boolean results = false;
        for (Json item : WireJson.wanted(message, "content").asArr()) {
            Json.Obj block = item.asObj();
            String kind = block.members().keySet().stream()
                    .findFirst()
                    .orElseThrow(() -> new Refusal("a block of the content is empty"));
            Json value = block.get(kind).orElseThrow();
            switch (kind) {
                case "text" -> {
                    said.add(Content.text(value.asString()));
                    answered.add(Content.text(value.asString()));
                }
                case "image", "document", "video" -> said.add(media(kind, value.asObj()));
                case "toolUse" ->
                    answered.add(Content.ToolCall.of(
                            WireJson.wanted(value.asObj(), "toolUseId").asString(),
                            WireJson.wanted(value.asObj(), "name").asString(),
                            WireJson.wanted(value.asObj(), "input").asObj()));
                case "toolResult" -> {
                    results = true;
                    result(value.asObj(), history);
                }
                case "reasoningContent" ->
                    answered.add(Content.Thinking.of(
                            value.at("/reasoningText/text").map(Json::asString).orElse("")));
                default -> throw new Refusal("a block of the content is of the unknown kind " + kind);
            }
        }
        if (!user) {
            history.assistant(answered);
        } else if (!said.isEmpty() || !results) {
            history.user(said);
        }
    }

    private static Content.OfUser media(String kind, Json.Obj block) {
        String format = WireJson.wanted(block, "format").asString();
        Json source = WireJson.wanted(block, "source");
        String type = kind.equals("document") ? "application/" + format : kind + "/" + format;
        Content.Media.Source bytes = source.at("/bytes").isPresent()
                ? new Content.Media.Inline(source.at("/bytes").orElseThrow().asString())
                : new Content.Media.At(
                        source.at("/s3Location/uri").map(Json::asString).orElse(""));
        return Content.Media.of(bytes, type).withName(block.string("name").orElse(""));
    }

    private static void result(Json.Obj result, History history) {
        List<Content.OfResult> content = new ArrayList<>();
        for (Json part : WireJson.list(result, "content")) {
            part.asObj().string("text").ifPresent(text -> content.add(Content.text(text)));
            WireJson.given(part.asObj(), "json").ifPresent(json -> content.add(Content.text(json.toString())));
        }
        history.result(
                WireJson.wanted(result, "toolUseId").asString(),
                "",
                content,
                result.string("status").orElse("").equals("error"));
    }

    private static List<ToolSpec> tools(Json.Obj config) {
        List<ToolSpec> tools = new ArrayList<>();
        for (Json item : WireJson.list(config, "tools")) {
            Json.Obj spec = WireJson.wanted(item.asObj(), "toolSpec").asObj();
            tools.add(ToolSpec.of(
                    WireJson.wanted(spec, "name").asString(),
                    spec.string("description").orElse(""),
                    JsonSchema.of(
                            WireJson.wanted(WireJson.wanted(spec, "inputSchema").asObj(), "json"))));
        }
        return tools;
    }

    private static ToolChoice choice(Json.Obj config) {
        Json.Obj choice = WireJson.given(config, "toolChoice").map(Json::asObj).orElse(Json.Obj.EMPTY);
        if (choice.has("any")) return ToolChoice.REQUIRED;
        return choice.has("tool")
                ? ToolChoice.named(
                        WireJson.wanted(WireJson.wanted(choice, "tool").asObj(), "name")
                                .asString())
                : ToolChoice.AUTO;
    }

    private static ResponseFormat format(Json.Obj body) {
        Optional<Json> schema = body.at("/outputConfig/textFormat/structure/jsonSchema/schema");
        return schema.isEmpty()
                ? ResponseFormat.TEXT
                : ResponseFormat.json(
                        "json_schema", JsonSchema.parse(schema.get().asString()));
    }

    private static ModelSettings settings(Json.Obj body) {
        Map<String, Json> settings = new LinkedHashMap<>();
        for (String group : List.of("inferenceConfig", "additionalModelRequestFields")) {
            WireJson.given(body, group)
                    .ifPresent(members -> members.asObj()
                            .forEach((name, value) -> settings.put(SETTINGS.getOrDefault(name, name), value)));
        }
        return new ModelSettings(settings);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        return asked.streamed()
                ? new Written(BedrockEvents.TYPE, events(asked, reply))
                : new Written(
                        "application/json",
                        List.of(WireJson.bytes(whole(asked, reply).toString())));
    }

    private static Json whole(ModelRequest asked, Reply reply) {
        List<Json> content = new ArrayList<>();
        for (Reply.Part part : reply.parts()) {
            content.add(
                    switch (part.content()) {
                        case Content.Text said -> Json.object("text", said.text());
                        case Content.Thinking thought ->
                            Json.object(
                                    "reasoningContent",
                                    Json.object("reasoningText", Json.object("text", thought.text())));
                        case Content.ToolCall call ->
                            Json.object(
                                    "toolUse", start(call).with("input", WireJson.arguments("bedrock-converse", call)));
                        case Content.Media media -> throw cannot("media");
                        case Content.Opaque opaque -> throw cannot(opaque.kind());
                    });
        }
        Json message =
                Json.object().put("role", "assistant").put("content", content).build();
        return Json.object()
                .put("output", Json.object("message", message))
                .put("stopReason", finish(reply.finish()))
                .putAll(measured(asked, reply))
                .build();
    }

    private static Json.Obj start(Content.ToolCall call) {
        return Json.object()
                .put("toolUseId", call.id())
                .put("name", call.name())
                .build();
    }

    private static Json.Obj measured(ModelRequest asked, Reply reply) {
        Json.ObjBuilder measured = Json.object().put("metrics", Json.object("latencyMs", 1));
        Usage usage = reply.usage(asked);
        if (usage.unreported() == 0) {
            measured.put(
                    "usage",
                    Json.object()
                            .put("inputTokens", usage.input() - usage.cacheRead() - usage.cacheWrite())
                            .put("outputTokens", usage.output())
                            .put("totalTokens", usage.total())
                            .put("cacheReadInputTokens", usage.cacheRead())
                            .put("cacheWriteInputTokens", usage.cacheWrite())
                            .build());
        }
        return measured.build();
    }

    private static List<byte[]> events(ModelRequest asked, Reply reply) {
        Packets packets = new Packets();
        packets.around(BedrockEvents.event("messageStart", Json.object("role", "assistant")));
        int index = 0;
        for (Reply.Part part : reply.parts()) {
            if (part.content() instanceof Content.ToolCall call) {
                packets.around(BedrockEvents.event(
                        "contentBlockStart", at(index, "start", Json.object("toolUse", start(call)))));
            }
            for (String piece : part.pieces()) {
                packets.piece(
                        BedrockEvents.event("contentBlockDelta", at(index, "delta", delta(part.content(), piece))));
            }
            packets.around(BedrockEvents.event("contentBlockStop", Json.object("contentBlockIndex", index)));
            index++;
        }
        if (reply.fault().isEmpty()) {
            packets.around(BedrockEvents.event("messageStop", Json.object("stopReason", finish(reply.finish()))));
            packets.around(BedrockEvents.event("metadata", measured(asked, reply)));
        }
        return packets.list();
    }

    private static Json at(int index, String member, Json value) {
        return Json.object().put("contentBlockIndex", index).put(member, value).build();
    }

    private static Json delta(Content.OfAssistant part, String piece) {
        return switch (part) {
            case Content.Text said -> Json.object("text", piece);
            case Content.Thinking thought -> Json.object("reasoningContent", Json.object("text", piece));
            case Content.ToolCall call -> Json.object("toolUse", Json.object("input", piece));
            case Content.Media media -> throw cannot("media");
            case Content.Opaque opaque -> throw cannot(opaque.kind());
        };
    }

    private static String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP, PAUSE, REFUSAL -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "content_filtered";
            case ERROR -> "malformed_model_output";
            case UNKNOWN -> "unknown";
        };
    }

    private static IllegalArgumentException cannot(String part) {
        return new IllegalArgumentException("bedrock-converse has no place for " + part + " in a reply");
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
