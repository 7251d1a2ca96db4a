package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The code of the page on workflows is this, and runs. */
class GuideTest {
    record Edit(double score, String text) {}

    private static Agent agent(String answer) {
        return Agent.builder(ScriptedProvider.of().always(asked -> reply(answer)))
                .build();
    }

    @Test
    void thePagesCodeRuns() throws IOException {
        Agent writer = agent("A tenon is a part of a joint.");
        Agent editor = agent("{\"score\": 0.95, \"text\": \"Better.\"}");
        Tool publish = Tool.of(
                ToolSpec.of("publish", "Publishes", JsonSchema.parse("{\"type\":\"object\"}")),
                (arguments, context) ->
                        Json.object("published", arguments.get("text").orElseThrow()));

        // What follows stands on the page, but for where its lines break.
        Workflow review = Workflow.named("review")
                .registry(Registry.EMPTY
                        .agent("writer", writer)
                        .agent("editor", editor)
                        .tool(publish))
                .sequence(
                        Step.agent("writer").as("draft").input("Write about {{topic}}"),
                        Step.loop(Step.agent("editor").as("edit").returns(Edit.class))
                                .until("edit.score >= 0.9")
                                .atMost(5),
                        Step.when("edit.score >= 0.9", Step.tool("publish"))
                                .otherwise(Step.approval("Publish anyway?")));
        WorkflowResult result = review.run(WorkflowRequest.empty().with("topic", "tenons"));

        assertThat(result.output()).isEqualTo(Json.object("published", "Better."));
        String page = Files.readString(Path.of("../docs/workflows.md"));
        String source = Files.readString(Path.of("src/test/java/dev/tenon/workflow/GuideTest.java"));
        String fence = page.substring(page.indexOf("```java\n") + 8, page.indexOf("\n```", page.indexOf("```java\n")));
        assertThat(source.replaceAll("\\s", "")).contains(fence.replaceAll("\\s", ""));
    }
}
