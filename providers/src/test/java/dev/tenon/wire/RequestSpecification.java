package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What is written is what the host's specification, an OpenAPI document, says: for generated conversations with every kind of content, tool choice and
 * setting.
 */
public abstract class RequestSpecification {
    /** A small image in base64. */
    protected static final String PNG = "iVBORw0KGgo=";

    private static final String CITY =
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"],"
                    + "\"additionalProperties\":false}";

    private final Json components;
    private final String name;
    private final String wrong;

    private record Case(ChatRequest request, boolean streamed) {}

    /**
     * Of a document.
     *
     * @param document below {@code specs}
     * @param name of the schema of a request
     * @param wrong a request that the schema must refuse, or it refuses none
     */
    protected RequestSpecification(String document, String name, String wrong) {
        try {
            this.components = Json.parse(Files.readAllBytes(Fixtures.spec(document)))
                    .asObj()
                    .get("components")
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        this.name = name;
        this.wrong = wrong;
    }

    /** The body of a request. */
    protected abstract String written(ChatRequest request, Call call);

    /** A part of a user message that the host takes. */
    protected abstract Content.OfUser userPart(Chance chance);

    /** What a reply of history may hold besides calls. */
    protected abstract AssistantMessage assistant(Chance chance);

    /** Settings that the host takes. */
    protected abstract ModelSettings settings(Chance chance);

    /** The call of a tool of this name. */
    protected Content.ToolCall call(Chance chance, String id, String tool) {
        return Content.ToolCall.of(id, tool, Json.object("city", Gen.text().next(chance)));
    }

    /** The tools that may be offered, some of them. */
    protected List<ToolSpec> tools() {
        return List.of(
                ToolSpec.of("weather", "The weather", JsonSchema.parse(CITY)),
                ToolSpec.of(
                        "place",
                        "A place",
                        JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")),
                ToolSpec.of("find", "", JsonSchema.ANY));
    }

    /** What more must be true of a request. */
    protected void check(Json.Obj request) {}

    @Test
    void requestsFitTheSpecification() {
        Schema schema = schema(name);
        Set<String> known = members(name);

        assertThat(schema.validate(wrong, InputFormat.JSON)).isNotEmpty();

        Property.forAll(500, this::conversation, test -> {
            Call call = test.streamed ? Call.watched(new Cancellation(), delta -> {}, notice -> {}) : Call.unwatched();
            String text = written(test.request, call);
            assertThat(schema.validate(text, InputFormat.JSON)).as(text).isEmpty();
            Json.Obj request = Json.parse(text).asObj();
            assertThat(known).containsAll(request.members().keySet());
            check(request);
        });
    }

    /** A schema of the document. */
    protected final Schema schema(String of) {
        Json root = Json.object()
                .put("$ref", "#/components/schemas/" + of)
                .put("components", alternativesOverlap() ? overlapping(components) : components)
                .build();
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString(), InputFormat.JSON);
    }

    /** Whether values may fit several of the document's alternatives, against its word: then at least one must fit, and {@link #check} is to tell which. */
    protected boolean alternativesOverlap() {
        return false;
    }

    private static Json overlapping(Json schema) {
        return switch (schema) {
            case Json.Obj object -> {
                Json.ObjBuilder copy = Json.object();
                object.forEach(
                        (member, value) -> copy.put(member.equals("oneOf") ? "anyOf" : member, overlapping(value)));
                yield copy.build();
            }
            case Json.Arr list ->
                Json.Arr.of(list.items().stream()
                        .map(RequestSpecification::overlapping)
                        .toList());
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null nothing -> nothing;
        };
    }

    /** The names that a schema has for members, through references and {@code allOf}. */
    protected final Set<String> members(String schema) {
        return members(components.at("/schemas/" + schema).orElseThrow());
    }

    private Set<String> members(Json schema) {
        Set<String> names = new TreeSet<>();
        Json.Obj object = schema.asObj();
        object.get("properties")
                .ifPresent(all -> names.addAll(all.asObj().members().keySet()));
        object.get("allOf").ifPresent(all -> all.asArr().forEach(part -> names.addAll(members(part))));
        object.string("$ref").ifPresent(ref -> names.addAll(members(ref.substring(ref.lastIndexOf('/') + 1))));
        return names;
    }

    private Case conversation(Chance chance) {
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
        if (chance.oneIn(3)) request = request.withFormat(ResponseFormat.json("answer", JsonSchema.parse(CITY)));
        return new Case(request, chance.oneIn(2));
    }

    private static Message system(Chance chance) {
        List<Content.Text> texts = new ArrayList<>();
        for (int left = 1 + chance.below(2); left > 0; left--)
            texts.add(Content.text(Gen.text().next(chance)));
        return new SystemMessage(texts, Map.of());
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
            String id = chance.pick(List.of("", "same", "call_" + left));
            parts.add(call(chance, id, "weather"));
            List<Content.OfResult> content = new ArrayList<>();
            content.add(Content.text(Gen.text().next(chance)));
            if (chance.oneIn(3)) content.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
            if (chance.oneIn(5)) content.add(Content.Media.of(new Content.Media.Inline("AAAA"), "video/mp4"));
            results.add(new Content.ToolResult(id, "weather", content, chance.oneIn(3), Origin.NONE, Map.of()));
        }
        messages.add(new AssistantMessage(parts, said.origin(), said.extra()));
        messages.add(ToolMessage.of(results));
    }
}
