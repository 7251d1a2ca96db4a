package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Conversations with every kind of content, tool choice and setting that a wire format takes, and some that it must leave out. A format says here what its own
 * are.
 */
public abstract class Conversations {
    /** A small image in base64. */
    protected static final String PNG = "iVBORw0KGgo=";

    /** A small PDF in base64. */
    protected static final String PDF = "JVBERi0=";

    /** A schema that a strict mode takes as it is. */
    protected static final JsonSchema CITY = JsonSchema.parse(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"],"
                    + "\"additionalProperties\":false}");

    /** For the classes that extend this one. */
    protected Conversations() {}

    /** A part of a user message that the host takes. */
    protected abstract Content.OfUser userPart(Chance chance);

    /** What a reply of history may hold besides calls. */
    protected abstract AssistantMessage assistant(Chance chance);

    /** Settings that the host takes. */
    protected abstract ModelSettings settings(Chance chance);

    /** The tools that may be offered, some of them. */
    protected List<ToolSpec> tools() {
        return List.of(
                ToolSpec.of("weather", "The weather", CITY),
                ToolSpec.of(
                        "place",
                        "A place",
                        JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")),
                ToolSpec.of(
                        "choice",
                        "One of two",
                        JsonSchema.parse(
                                "{\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}}}")),
                ToolSpec.of("now", "", JsonSchema.parse("{\"type\":\"object\",\"properties\":{},\"required\":[]}")),
                ToolSpec.of("find", "", JsonSchema.ANY));
    }

    /** The call of a tool of this name. */
    protected Content.ToolCall call(Chance chance, String id, String tool) {
        return new Content.ToolCall(id, tool, arguments(chance), "", Origin.NONE, Map.of());
    }

    /** The text of arguments, which may be none. */
    protected static String arguments(Chance chance) {
        return chance.oneIn(4) ? "" : chance.inside(Gen.object()).toString();
    }

    /** What instructions end with; nothing by default. */
    protected List<Content.Text> instructions(Chance chance, List<Content.Text> texts) {
        return texts;
    }

    /** The settings that every host is asked for, some of them. */
    protected static ModelSettings common(Chance chance, double hottest) {
        ModelSettings settings = ModelSettings.NONE;
        if (chance.oneIn(3)) settings = settings.withTemperature(hottest * chance.below(11) / 10.0);
        if (chance.oneIn(3)) settings = settings.withTopP(chance.below(11) / 10.0);
        if (chance.oneIn(3)) settings = settings.withMaxOutputTokens(16 + chance.below(10_000));
        if (chance.oneIn(3)) settings = settings.withStop("a", "b");
        if (chance.oneIn(3)) settings = settings.withSeed(chance.between(-1000, 1000));
        if (chance.oneIn(3)) settings = settings.withEffort(chance.pick(List.of("low", "medium", "high")));
        if (chance.oneIn(3)) settings = settings.withParallelToolCalls(chance.oneIn(2));
        return settings;
    }

    /** Thinking and parts of another wire format, which must not go out. */
    protected static List<Content.OfAssistant> foreign(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3))
            parts.add(new Content.Thinking("Hm", false, new Origin("another-wire", Json.of("s")), Map.of()));
        if (chance.oneIn(4)) parts.add(foreign());
        return parts;
    }

    /** A part of another wire format, which must not go out. */
    protected static Content.Opaque foreign() {
        return Content.Opaque.of("another-wire", "tool", Json.object("a", 1));
    }

    /** A conversation, and what is asked with it. */
    protected final ChatRequest conversation(Chance chance) {
        List<Message> messages = new ArrayList<>();
        if (chance.oneIn(2)) messages.add(system(chance));
        for (int turns = 1 + chance.below(4); turns > 0; turns--) {
            messages.add(user(chance));
            for (int rounds = chance.below(3); rounds > 0; rounds--) {
                round(chance, messages);
            }
            if (chance.oneIn(2)) messages.add(assistant(chance));
        }
        List<ToolSpec> offered = new ArrayList<>();
        tools().forEach(tool -> {
            if (chance.oneIn(2)) offered.add(tool);
        });
        ChatRequest request = ChatRequest.of(messages).withTools(offered).withSettings(settings(chance));
        if (!offered.isEmpty()) {
            request = request.withToolChoice(chance.pick(List.of(
                    ToolChoice.AUTO,
                    ToolChoice.NONE,
                    ToolChoice.REQUIRED,
                    ToolChoice.named(chance.pick(offered).name()))));
        }
        if (chance.oneIn(3)) {
            JsonSchema form = chance.oneIn(2) ? CITY : chance.pick(tools()).parameters();
            request = request.withFormat(ResponseFormat.json("answer", form));
        }
        return request;
    }

    private Message system(Chance chance) {
        List<Content.Text> texts = new ArrayList<>();
        for (int left = 1 + chance.below(2); left > 0; left--)
            texts.add(Content.text(Gen.text().next(chance)));
        return new SystemMessage(instructions(chance, texts), Map.of());
    }

    private Message user(Chance chance) {
        List<Content.OfUser> parts = new ArrayList<>();
        for (int left = 1 + chance.below(3); left > 0; left--) parts.add(userPart(chance));
        // Something must be left where parts of other wires are left out.
        parts.add(Content.text("?"));
        return new UserMessage(parts, Map.of());
    }

    private void round(Chance chance, List<Message> messages) {
        AssistantMessage said = assistant(chance);
        List<Content.OfAssistant> parts = new ArrayList<>(said.content());
        List<Content.ToolResult> results = new ArrayList<>();
        for (int left = 1 + chance.below(3); left > 0; left--) {
            String id = chance.pick(List.of("", "same", "a b", "call_" + left));
            parts.add(call(chance, id, "weather"));
            results.add(new Content.ToolResult(id, "weather", result(chance), chance.oneIn(3), Origin.NONE, Map.of()));
        }
        messages.add(new AssistantMessage(parts, said.origin(), said.extra()));
        messages.add(ToolMessage.of(results));
    }

    private static List<Content.OfResult> result(Chance chance) {
        List<Content.OfResult> content = new ArrayList<>();
        content.add(Content.text(Gen.text().next(chance)));
        if (chance.oneIn(3)) content.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
        if (chance.oneIn(5)) content.add(Content.Media.of(new Content.Media.Inline(PDF), "application/pdf"));
        if (chance.oneIn(5)) content.add(Content.Media.of(new Content.Media.Inline("AAAA"), "video/mp4"));
        if (chance.oneIn(5)) content.add(Content.Media.of(new Content.Media.At("gs://b/a.png"), "image/png"));
        return content;
    }
}
