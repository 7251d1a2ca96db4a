package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is written is what the specification says, for conversations with every kind of content, tool choice and setting. */
class RequestSpecificationTest {
    private static final String PNG = "iVBORw0KGgo=";
    private static final List<ToolSpec> TOOLS = List.of(
            ToolSpec.of(
                    "weather",
                    "The weather",
                    schema("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")),
            ToolSpec.of("find", "", JsonSchema.ANY),
            ToolSpec.of(
                    "any-of",
                    "Finds",
                    schema("{\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}}}")));

    private record Case(ChatRequest request, CachePolicy caching, boolean strictTools, boolean streamed) {}

    private static JsonSchema schema(String text) {
        return JsonSchema.parse(text);
    }

    private static Schema specified(String name) throws Exception {
        Json.Obj document = Json.parse(Files.readAllBytes(Fixtures.spec("anthropic/openapi.json")))
                .asObj();
        Json root = Json.object()
                .put("$ref", "#/components/schemas/" + name)
                .put("components", document.get("components").orElseThrow())
                .build();
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString(), InputFormat.JSON);
    }

    @Test
    void requestsFitTheSpecification() throws Exception {
        assertFit("CreateMessageParams", false, false);
    }

    @Test
    void requestsWithFilesFitThatOfTheBetas() throws Exception {
        assertFit("BetaCreateMessageParams", true, false);
    }

    @Test
    void requestsToCountFitTheirs() throws Exception {
        assertFit("CountMessageTokensParams", false, true);
    }

    private static void assertFit(String name, boolean files, boolean count) throws Exception {
        Schema schema = specified(name);
        assertThat(schema.validate(
                        "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[7]}]}",
                        InputFormat.JSON))
                .isNotEmpty();
        Property.forAll(300, chance -> conversation(chance, files), test -> {
            String text = written(test, count);
            assertThat(schema.validate(text, InputFormat.JSON)).as(text).isEmpty();
            assertThat(text.split("\"cache_control\"", -1).length - 1).as(text).isLessThanOrEqualTo(CachePolicy.MOST);
        });
    }

    private static String written(Case test, boolean count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MessagesRequest request = new MessagesRequest(
                ModelInfo.of("anthropic", "m").withAbilities(ModelInfo.Ability.JSON_SCHEMA),
                new MessagesModel.Manner(test.caching, test.strictTools, 0, List.of()),
                new StrictForms(StrictProfile.ANTHROPIC),
                test.request,
                new Omissions("anthropic", Call.unwatched()));
        if (count) {
            request.count(out);
        } else {
            request.write(test.streamed, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Case conversation(Chance chance, boolean files) {
        List<Message> messages = new ArrayList<>();
        if (chance.oneIn(2)) messages.add(system(chance));
        for (int turns = 1 + chance.below(4); turns > 0; turns--) {
            messages.add(user(chance, files));
            for (int rounds = chance.below(3); rounds > 0; rounds--) {
                round(chance, messages);
            }
            if (chance.oneIn(2)) messages.add(AssistantMessage.of(said(chance)));
        }
        List<ToolSpec> tools = Gen.<ToolSpec>of(TOOLS.toArray(ToolSpec[]::new)).list(3).next(chance).stream()
                .distinct()
                .toList();
        ChatRequest request = ChatRequest.of(messages).withTools(tools).withSettings(settings(chance));
        if (!tools.isEmpty()) {
            request = request.withToolChoice(chance.pick(List.of(
                    ToolChoice.AUTO,
                    ToolChoice.NONE,
                    ToolChoice.REQUIRED,
                    ToolChoice.named(tools.get(0).name()))));
        }
        if (chance.oneIn(3)) {
            request = request.withFormat(
                    ResponseFormat.json("answer", chance.pick(TOOLS).parameters()));
        }
        CachePolicy caching = chance.pick(
                List.of(CachePolicy.NONE, CachePolicy.PREFIX, CachePolicy.ALL.withTtl("1h"), CachePolicy.ALL));
        return new Case(request, caching, chance.oneIn(2), chance.oneIn(2));
    }

    private static Message system(Chance chance) {
        List<Content.Text> texts = new ArrayList<>();
        for (int left = 1 + chance.below(2); left > 0; left--) {
            texts.add(Content.text(Gen.text().next(chance)));
        }
        if (chance.oneIn(4)) texts.add(Anthropic.cached(texts.get(0)));
        return new SystemMessage(texts, Map.of());
    }

    private static Content.Media media(Content.Media.Source source, String type) {
        return Content.Media.of(source, type);
    }

    private static Message user(Chance chance, boolean files) {
        List<Content.OfUser> parts = new ArrayList<>();
        for (int left = 1 + chance.below(3); left > 0; left--) {
            parts.add(
                    switch (chance.below(10)) {
                        case 0 -> media(new Content.Media.Inline(PNG), "image/png");
                        case 1 -> media(new Content.Media.At("https://example.org/a.png"), "image/png");
                        case 2 ->
                            media(new Content.Media.Inline("JVBERi0="), "application/pdf")
                                    .withName("a.pdf");
                        case 3 -> media(new Content.Media.At("https://example.org/a.pdf"), "application/pdf");
                        case 4 ->
                            files
                                    ? media(
                                            new Content.Media.Stored("file_1"),
                                            chance.pick(List.of("application/pdf", "image/png")))
                                    : Content.text("no file");
                        case 5 -> Anthropic.cited(Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain"));
                        case 6 -> Content.Opaque.of("another-wire", "thing", Json.object("a", 1));
                        case 7 ->
                            Content.Opaque.of(
                                    Anthropic.WIRE,
                                    "search_result",
                                    Json.parse(
                                            "{\"type\":\"search_result\",\"source\":\"s\",\"title\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}"));
                        default -> Content.text(Gen.text().next(chance));
                    });
        }
        // Something must be left where parts of other wires are left out.
        parts.add(Content.text("?"));
        return new UserMessage(parts, Map.of());
    }

    private static Origin ours(String members) {
        return new Origin(Anthropic.WIRE, Json.parse(members));
    }

    private static List<Content.OfAssistant> said(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(new Content.Thinking("Hm", false, ours("{\"signature\":\"s\"}"), Map.of()));
        if (chance.oneIn(4)) parts.add(new Content.Thinking("", true, ours("{\"data\":\"d\"}"), Map.of()));
        if (chance.oneIn(3))
            parts.add(new Content.Thinking("Hm", false, new Origin("another-wire", Json.of("s")), Map.of()));
        if (chance.oneIn(4)) parts.add(Content.Opaque.of("another-wire", "tool", Json.object("a", 1)));
        if (chance.oneIn(4)) {
            parts.add(
                    Content.Opaque.of(
                            Anthropic.WIRE,
                            "server_tool_use:web_search",
                            Json.parse(
                                    "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"q\":1}}")));
            parts.add(Content.Opaque.of(
                    Anthropic.WIRE,
                    "web_search_tool_result",
                    Json.parse("{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[]}")));
        }
        if (chance.oneIn(4)) parts.add(media(new Content.Media.Inline(PNG), "image/png"));
        if (!chance.oneIn(5)) {
            Citation cited = Citation.of("0", "a", Json.parse("""
                {"type":"char_location","cited_text":"x","document_index":0,"document_title":"a","file_id":null,"start_char_index":0,
                 "end_char_index":1}\
                """));
            List<Citation> citations = chance.oneIn(3) ? List.of(cited) : List.of();
            parts.add(new Content.Text(Gen.text().next(chance), citations, Block.PLAIN, Map.of()));
        }
        return parts;
    }

    private static void round(Chance chance, List<Message> messages) {
        List<Content.OfAssistant> parts = new ArrayList<>(said(chance));
        List<Content.ToolResult> results = new ArrayList<>();
        for (int left = 1 + chance.below(3); left > 0; left--) {
            String id = chance.pick(List.of("", "same", "a b", "toolu_" + left));
            Origin origin = chance.oneIn(3) ? ours("{\"caller\":{\"type\":\"direct\"}}") : Origin.NONE;
            String arguments = chance.inside(Gen.object()).toString();
            parts.add(new Content.ToolCall(id, "weather", arguments, "", origin, Map.of()));
            List<Content.OfResult> content = new ArrayList<>();
            content.add(Content.text(Gen.text().next(chance)));
            if (chance.oneIn(3)) content.add(media(new Content.Media.Inline(PNG), "image/png"));
            if (chance.oneIn(5)) content.add(media(new Content.Media.Inline("AAAA"), "video/mp4"));
            if (chance.oneIn(5)) content.add(media(new Content.Media.Inline("JVBERi0="), "application/pdf"));
            results.add(new Content.ToolResult(id, "weather", content, chance.oneIn(3), Origin.NONE, Map.of()));
        }
        messages.add(AssistantMessage.of(parts));
        messages.add(ToolMessage.of(results));
    }

    private static ModelSettings settings(Chance chance) {
        ModelSettings settings = ModelSettings.NONE;
        if (chance.oneIn(3)) settings = settings.withTemperature(chance.below(11) / 10.0);
        if (chance.oneIn(3)) settings = settings.withTopP(chance.below(11) / 10.0);
        if (chance.oneIn(3)) settings = settings.withMaxOutputTokens(1 + chance.below(10_000));
        if (chance.oneIn(3)) settings = settings.withStop("a", "b");
        if (chance.oneIn(3)) settings = settings.withSeed(chance.between(-1000, 1000));
        if (chance.oneIn(3))
            settings = settings.withEffort(chance.pick(List.of("low", "medium", "high", "xhigh", "max")));
        if (chance.oneIn(3)) settings = settings.withParallelToolCalls(chance.oneIn(2));
        if (chance.oneIn(5)) settings = settings.with("top_k", Json.of(5));
        if (chance.oneIn(5)) settings = settings.with("metadata", Json.object("user_id", "u"));
        if (chance.oneIn(5)) settings = settings.with("service_tier", Json.of("standard_only"));
        if (chance.oneIn(5)) settings = settings.with("betas", Json.array("x-1"));
        if (chance.oneIn(5))
            settings =
                    settings.with("tools", Json.parse("[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]"));
        if (chance.oneIn(4)) {
            settings = settings.with(
                    "thinking",
                    Json.parse(chance.pick(List.of(
                            "{\"type\":\"enabled\",\"budget_tokens\":2048}",
                            "{\"type\":\"adaptive\"}",
                            "{\"type\":\"disabled\"}"))));
        }
        return settings;
    }

    /** The settings that a request has here are those of the specification, but for those that a beta adds. */
    @Test
    void everySettingOfTheSpecificationIsTaken() throws Exception {
        Json.Obj document = Json.parse(Files.readAllBytes(Fixtures.spec("anthropic/openapi.json")))
                .asObj();
        Json.Obj properties = document.at("/components/schemas/CreateMessageParams/properties")
                .orElseThrow()
                .asObj();
        Set<String> ours = Set.of("model", "messages", "system", "stream", "tool_choice", "tools");
        for (String name : properties.members().keySet()) {
            if (ours.contains(name)) continue;
            ChatRequest request = ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with(name, Json.of(1)));
            String text = written(new Case(request, CachePolicy.NONE, false, false), false);
            assertThat(Json.parse(text).at("/" + name)).as(name).contains(Json.of(1));
        }
    }
}
