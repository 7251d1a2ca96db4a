package dev.tenon.workflow;

import dev.tenon.agent.Agent;
import dev.tenon.run.Answer;
import dev.tenon.run.Program;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Scope;
import dev.tenon.tool.Tool;
import dev.tenon.workflow.document.Document;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Steps that are put together into something that runs to its end. Thread-safe: one workflow serves any number of runs at once.
 *
 * {@snippet lang=java :
 * Workflow review = Workflow.named("review")
 *         .registry(Registry.EMPTY.agent("writer", writer).agent("editor", editor).tool(publish))
 *         .sequence(
 *                 Step.agent("writer").as("draft").input("Write about {{topic}}"),
 *                 Step.loop(Step.agent("editor").as("edit").returns(Edit.class)).until("edit.score >= 0.9").atMost(5),
 *                 Step.when("edit.score >= 0.9", Step.tool("publish")).otherwise(Step.approval("Publish anyway?")));
 * WorkflowResult result = review.run(WorkflowRequest.empty().with("topic", "tenons"));
 * }
 *
 * <p>A run blocks the caller until it has ended or rests; how it ended is in the result, and nothing is thrown for it. Any {@link Runner} runs it: with a journal it goes on after a crash.
 */
public interface Workflow extends Program<WorkflowRequest, WorkflowResult> {
    /** What it is, as data. */
    Definition definition();

    /** A workflow under construction. */
    static WorkflowBuilder named(String name) {
        return new WorkflowBuilder(name);
    }

    /**
     * The workflow of a definition.
     *
     * @throws WorkflowException with all that cannot be run
     */
    static Workflow of(Definition definition, Registry registry) {
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(registry, "registry");
        return new DefinedWorkflow(definition, registry, WorkflowOptions.NONE);
    }

    /**
     * The workflow of a file of YAML, or, where its name ends in {@code .json}, of JSON.
     *
     * @throws WorkflowException with all that is wrong with it, each with file, line and column
     * @throws UncheckedIOException where it cannot be read
     */
    static Workflow read(Path file, Registry registry) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(registry, "registry");
        return of(DefinitionReader.document(file), registry);
    }

    /**
     * The workflow of a text of YAML, or, where the name ends in {@code .json}, of JSON.
     *
     * @param name of the text, for places
     * @throws WorkflowException with all that is wrong with it, each with name, line and column
     */
    static Workflow parse(String name, String text, Registry registry) {
        return of(Document.of(name, text), registry);
    }

    private static Workflow of(Document document, Registry registry) {
        Objects.requireNonNull(registry, "registry");
        Problems problems = new Problems(document);
        if (document.unread()) {
            throw new WorkflowException("", problems.all());
        }
        return new DefinedWorkflow(
                DefinitionReader.read(document.value(), problems), registry, WorkflowOptions.NONE, problems);
    }

    /** Runs it. Blocks. */
    default WorkflowResult run(WorkflowRequest request) {
        Objects.requireNonNull(request, "request");
        return Runner.plain().run(this, request);
    }

    /** Runs it, unless it is stopped before. */
    default WorkflowResult run(WorkflowRequest request, Scope stop) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(stop, "stop");
        return Runner.plain().run(this, request, stop);
    }

    /** Runs it while somebody watches. */
    default WorkflowResult run(WorkflowRequest request, Watch watch) {
        Objects.requireNonNull(request, "request");
        return Runner.plain().run(this, request, watch);
    }

    /**
     * Goes on with a run that came to rest without a journal.
     *
     * @throws dev.tenon.error.TenonException where an answer is not one to an open question of it
     */
    default WorkflowResult resume(WorkflowResult paused, Answer... answers) {
        Objects.requireNonNull(paused, "paused");
        Objects.requireNonNull(answers, "answers");
        if (!(paused.end() instanceof RunEnd.Paused rests) || rests.snapshot().isNull()) {
            throw new IllegalArgumentException("run \"" + paused.run() + "\" is "
                    + paused.end().word()
                    + "; only a run that is paused and in no journal is resumed by its result, one in a"
                    + " journal by Runner.resume and its id");
        }
        return Runner.plain()
                .resume(
                        this,
                        new Runner.Resumption.Kept(rests.snapshot()),
                        List.of(answers),
                        new Cancellation(),
                        Watch.NONE);
    }

    /** This workflow as a tool, whose arguments are its input. An agent runs it as a child of its own run. */
    default Tool asTool() {
        return new WorkflowTool(this);
    }

    /**
     * This workflow as an agent. What it is asked is its input: the message's text where that is a JSON object, else an object whose {@code request} is the text.
     */
    default Agent asAgent() {
        return new WorkflowAgent(this);
    }
}
