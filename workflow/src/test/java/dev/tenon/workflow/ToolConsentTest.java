package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Question;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tool that a step names runs only where whoever decides about tools lets it, as an agent's do. */
@Timeout(30)
class ToolConsentTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    private final Registry registry = Registry.EMPTY
            .tool(tool("remove", ToolSpec.Trait.DESTRUCTIVE))
            .tool(tool("look", ToolSpec.Trait.READ_ONLY));

    private Tool tool(String name, ToolSpec.Trait trait) {
        JsonSchema parameters = JsonSchema.parse("""
            {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}\
            """);
        return Tool.of(ToolSpec.of(name, "A tool", parameters).withTraits(trait), (arguments, context) -> {
            calls.add(name + " " + arguments.string("path").orElseThrow());
            return Json.of(name + " is done");
        });
    }

    private static Workflow using(Registry registry, String tool) {
        return Workflow.named("w")
                .registry(registry)
                .sequence(Step.tool(tool).input(Json.object("path", "{{path}}")).as("came"));
    }

    private static WorkflowRequest request() {
        return WorkflowRequest.empty().id("r").with("path", "a.txt");
    }

    @Test
    void whatDestroysAsksAPersonWhereNothingElseIsSaid() {
        Workflow workflow = using(registry, "remove");
        Runner runner = Runner.journalled(Journal.inMemory());
        WorkflowResult rests = runner.run(workflow, request());
        assertThat(calls).isEmpty();
        assertThat(rests.questions())
                .containsExactly(new Question(
                        "r",
                        "body/0!ask",
                        Question.Kind.APPROVAL,
                        "remove",
                        Json.object("path", "a.txt"),
                        "remove can destroy or overwrite"));
        WorkflowResult after =
                runner.resume(workflow, "r", Answer.approve(rests.questions().getFirst()));
        assertThat(after.output()).isEqualTo(Json.of("remove is done"));
        assertThat(calls).containsExactly("remove a.txt");
    }

    @Test
    void aPersonMayChangeTheArguments() {
        Workflow workflow = using(registry, "remove");
        Runner runner = Runner.journalled(Journal.inMemory());
        Question question = runner.run(workflow, request()).questions().getFirst();
        Answer other = Answer.approve(question, Json.object("path", "b.txt").asObj());
        assertThat(runner.resume(workflow, "r", other).completed()).isTrue();
        assertThat(calls).containsExactly("remove b.txt");
    }

    @Test
    void whatAPersonForbidsDoesNotRunAndIsNotTriedAgain() {
        Workflow workflow = Workflow.named("w")
                .registry(registry)
                .sequence(Step.tool("remove").input(Json.object("path", "x")).retry(3));
        Runner runner = Runner.journalled(Journal.inMemory());
        Question question = runner.run(workflow, request()).questions().getFirst();
        WorkflowResult after = runner.resume(workflow, "r", Answer.deny(question, "not today"));
        assertThatThrownBy(after::output).hasMessage("run \"r\" failed: tool \"remove\" may not run: not today");
        assertThat(calls).isEmpty();
    }

    @Test
    void whatOnlyReadsRuns() {
        assertThat(using(registry, "look").run(request()).completed()).isTrue();
        assertThat(calls).containsExactly("look a.txt");
    }

    @Test
    void aPolicyAllowsDeniesRewritesAndDefers() {
        Registry allowing = registry.policy(ToolPolicy.ALLOW);
        assertThat(using(allowing, "remove").run(request()).completed()).isTrue();

        Registry denying = registry.policy((tool, arguments, history) -> new ToolDecision.Deny("never"));
        assertThatThrownBy(() -> using(denying, "look").run(request()).output())
                .hasMessage("run \"r\" failed: tool \"look\" may not run: never");

        Registry rewriting = registry.policy((tool, arguments, history) -> new ToolDecision.Rewrite(
                Json.object("path", "box/" + arguments.string("path").orElseThrow())
                        .asObj()));
        assertThat(using(rewriting, "look").run(request()).completed()).isTrue();

        Registry deferring = registry.policy((tool, arguments, history) -> new ToolDecision.Defer("by hand"));
        Runner runner = Runner.journalled(Journal.inMemory());
        Question question =
                runner.run(using(deferring, "look"), request()).questions().getFirst();
        assertThat(question.kind()).isEqualTo(Question.Kind.RESULT);
        assertThat(runner.resume(using(deferring, "look"), "r", Answer.give(question, "seen"))
                        .output())
                .isEqualTo(Json.of("seen"));

        Registry failing = registry.policy((tool, arguments, history) -> {
            throw new IllegalStateException("down");
        });
        assertThatThrownBy(() -> using(failing, "look").run(request()).output())
                .hasMessage("run \"r\" failed: tool \"look\" may not run: whoever decides about it failed");
        assertThat(calls).containsExactly("remove a.txt", "look box/a.txt");
    }

    @Test
    void theDecisionIsOnRecordAndIsNotAskedAgain() {
        Journal journal = Journal.inMemory();
        Question question = Runner.journalled(journal)
                .run(using(registry, "remove"), request())
                .questions()
                .getFirst();
        Registry other = registry.policy((tool, arguments, history) -> {
            throw new IllegalStateException("it was decided before");
        });
        WorkflowResult after = Runner.journalled(journal).resume(using(other, "remove"), "r", Answer.approve(question));
        assertThat(after.completed()).isTrue();
    }
}
