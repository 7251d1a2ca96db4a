package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.schema.StrictProfile;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.RequestSpecification;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is written to Anthropic is what its specification says. */
class RequestSpecificationTest extends RequestSpecification {
    private static final List<CachePolicy> POLICIES =
            List.of(CachePolicy.NONE, CachePolicy.PREFIX, CachePolicy.ALL.withTtl("1h"), CachePolicy.ALL);

    /** Whether there are files by their id, which are a beta. */
    private boolean files;

    RequestSpecificationTest() {
        super(
                "anthropic/openapi.json",
                "CreateMessageParams",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[7]}]}");
    }

    @Test
    void requestsWithFilesFitThatOfTheBetas() {
        files = true;
        assertFit("BetaCreateMessageParams", this::written);
    }

    @Test
    void requestsToCountFitTheirs() {
        assertFit("CountMessageTokensParams", (request, call) -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            request(request, call).count(out);
            return out.toString(StandardCharsets.UTF_8);
        });
    }

    @Override
    protected String written(ChatRequest request, Call call) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        request(request, call).write(call.watched(), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Conversations of all lengths under all policies. */
    private static MessagesRequest request(ChatRequest request, Call call) {
        CachePolicy caching = POLICIES.get(request.messages().size() % POLICIES.size());
        boolean strict = request.tools().size() % 2 == 0;
        return new MessagesRequest(
                ModelInfo.of("anthropic", "m").withAbilities(ModelInfo.Ability.JSON_SCHEMA),
                new MessagesModel.Manner(caching, strict, 0, List.of()),
                new StrictForms(StrictProfile.ANTHROPIC),
                request,
                new Omissions("anthropic", call));
    }

    @Override
    protected void check(Json.Obj request) {
        String text = request.toString();
        assertThat(text.split("\"cache_control\"", -1).length - 1).as(text).isLessThanOrEqualTo(CachePolicy.MOST);
    }

    @Override
    protected List<Content.Text> instructions(Chance chance, List<Content.Text> texts) {
        if (chance.oneIn(4)) texts.add(Anthropic.cached(texts.get(0)));
        return texts;
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(10)) {
            case 0 -> Content.Media.of(new Content.Media.Inline(PNG), "image/png");
            case 1 -> Content.Media.of(new Content.Media.At("https://example.org/a.png"), "image/png");
            case 2 ->
                Content.Media.of(new Content.Media.Inline(PDF), "application/pdf")
                        .withName("a.pdf");
            case 3 -> Content.Media.of(new Content.Media.At("https://example.org/a.pdf"), "application/pdf");
            case 4 ->
                files
                        ? Content.Media.of(
                                new Content.Media.Stored("file_1"),
                                chance.pick(List.of("application/pdf", "image/png")))
                        : Content.text("no file");
            case 5 -> Anthropic.cited(Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain"));
            case 6 -> foreign();
            case 7 -> Content.Opaque.of(Anthropic.WIRE, "search_result", Json.parse("""
                {"type": "search_result", "source": "s", "title": "t", "content": [{"type": "text", "text": "x"}]}\
                """));
            default -> Content.text(Gen.text().next(chance));
        };
    }

    private static Origin ours(String members) {
        return new Origin(Anthropic.WIRE, Json.parse(members));
    }

    @Override
    protected AssistantMessage assistant(Chance chance) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        if (chance.oneIn(3)) parts.add(new Content.Thinking("Hm", false, ours("{\"signature\":\"s\"}"), Map.of()));
        if (chance.oneIn(4)) parts.add(new Content.Thinking("", true, ours("{\"data\":\"d\"}"), Map.of()));
        parts.addAll(foreign(chance));
        if (chance.oneIn(4)) {
            parts.add(Content.Opaque.of(Anthropic.WIRE, "server_tool_use:web_search", Json.parse("""
                {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"q": 1}}\
                """)));
            parts.add(Content.Opaque.of(Anthropic.WIRE, "web_search_tool_result", Json.parse("""
                {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}\
                """)));
        }
        if (chance.oneIn(4)) parts.add(Content.Media.of(new Content.Media.Inline(PNG), "image/png"));
        if (!chance.oneIn(5)) {
            Citation cited = Citation.of("0", "a", Json.parse("""
                {"type":"char_location","cited_text":"x","document_index":0,"document_title":"a","file_id":null,"start_char_index":0,
                 "end_char_index":1}\
                """));
            List<Citation> citations = chance.oneIn(3) ? List.of(cited) : List.of();
            parts.add(new Content.Text(Gen.text().next(chance), citations, Block.PLAIN, Map.of()));
        }
        return AssistantMessage.of(parts);
    }

    @Override
    protected Content.ToolCall call(Chance chance, String id, String tool) {
        Origin origin = chance.oneIn(3) ? ours("{\"caller\":{\"type\":\"direct\"}}") : Origin.NONE;
        return new Content.ToolCall(id, tool, arguments(chance), "", origin, Map.of());
    }

    @Override
    protected ModelSettings settings(Chance chance) {
        ModelSettings settings = common(chance, 1);
        if (chance.oneIn(6)) settings = settings.withEffort(chance.pick(List.of("xhigh", "max")));
        if (chance.oneIn(5)) settings = settings.with("top_k", Json.of(5));
        if (chance.oneIn(5)) settings = settings.with("metadata", Json.object("user_id", "u"));
        if (chance.oneIn(5)) settings = settings.with("service_tier", Json.of("standard_only"));
        if (chance.oneIn(5)) settings = settings.with("betas", Json.array("x-1"));
        if (chance.oneIn(5)) {
            settings = settings.with("tools", Json.parse("""
                [{"type": "web_search_20250305", "name": "web_search"}]\
                """));
        }
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
    void everySettingOfTheSpecificationIsTaken() {
        Set<String> ours = Set.of("model", "messages", "system", "stream", "tool_choice", "tools");
        for (String name : members("CreateMessageParams")) {
            if (ours.contains(name)) continue;
            ChatRequest request = ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with(name, Json.of(1)));
            String text = written(request, Call.unwatched());
            assertThat(Json.parse(text).at("/" + name)).as(name).contains(Json.of(1));
        }
    }
}
