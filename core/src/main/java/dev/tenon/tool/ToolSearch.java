package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a model finds its tools where there are many: it is told of a search tool and of those that are pinned, and of others once it has found them. What is found is appended to what was told, so
 * that a provider's cache of the beginning still serves. Immutable.
 *
 * @param pinned names of tools that the model is always told of; {@code *} stands for any characters
 * @param from with fewer tools than this the model is told of all, and there is no search
 * @param most how many tools one search finds at most
 */
public record ToolSearch(List<String> pinned, int from, int most) {
    /** The name of the search tool. */
    public static final String NAME = "search_tools";

    /** From 20 tools on: fewer cost less to send than to search. */
    public static final int DEFAULT_FROM = 20;

    /** Five: room for a wrong first, few enough to read. */
    public static final int DEFAULT_MOST = 5;

    private static final ToolSpec SPEC = ToolSpec.of(
                    NAME,
                    "Finds tools by what they do. There are more tools than you see: search before you say that"
                            + " something cannot be done. What is found can be called from the next step on.",
                    JsonSchema.of(Query.class))
            .withTraits(ToolSpec.Trait.READ_ONLY, ToolSpec.Trait.IDEMPOTENT);

    /** What the model gives. */
    record Query(
            @Description("what the tool should do, in a few words")
            String query) {}

    public ToolSearch {
        Objects.requireNonNull(pinned, "pinned");
        pinned = List.copyOf(pinned);
        if (from < 0 || most < 1) {
            throw new IllegalArgumentException(
                    "from is 0 or more and most is 1 or more, got from " + from + " and most " + most);
        }
    }

    /** From {@value #DEFAULT_FROM} tools on, with these always told. */
    public static ToolSearch pinning(String... names) {
        Objects.requireNonNull(names, "names");
        return new ToolSearch(List.of(names), DEFAULT_FROM, DEFAULT_MOST);
    }

    /** The tools of these that the model is told of before it has searched. */
    public Toolset told(Toolset tools) {
        Objects.requireNonNull(tools, "tools");
        return tools.named(pinned.toArray(String[]::new));
    }

    /** The search tool over these. What it finds, it {@linkplain ToolContext#offer offers}. */
    public Tool over(Toolset tools) {
        Objects.requireNonNull(tools, "tools");
        return Tool.of(SPEC, (arguments, context) -> {
            String query = arguments.as(Query.class).query();
            List<Tool> found = tools.search(query, most);
            if (found.isEmpty()) {
                return ToolOutput.error("no tool is about that; search with other words, or more general ones");
            }
            List<Json> said = new ArrayList<>(found.size());
            for (Tool tool : found) {
                context.offer(tool.spec().name());
                said.add(Json.object()
                        .put("name", tool.spec().name())
                        .put("description", tool.spec().description())
                        .build());
            }
            return ToolOutput.json(said);
        });
    }
}
