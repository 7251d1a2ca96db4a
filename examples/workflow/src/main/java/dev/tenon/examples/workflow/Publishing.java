package dev.tenon.examples.workflow;

import static dev.tenon.testing.Reply.reply;

import dev.tenon.agent.Agent;
import dev.tenon.journal.Journal;
import dev.tenon.journal.file.FileJournal;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Question;
import dev.tenon.run.Replay;
import dev.tenon.run.Runner;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.workflow.Definition;
import dev.tenon.workflow.Registry;
import dev.tenon.workflow.Resource;
import dev.tenon.workflow.Step;
import dev.tenon.workflow.Workflow;
import dev.tenon.workflow.WorkflowRequest;
import dev.tenon.workflow.WorkflowResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An article is written, edited until it is good, checked, laid out, and published where a person says yes. {@code start FOLDER} runs until the person is asked, and ends; {@code yes FOLDER} or
 * {@code no FOLDER}, in another process, goes on from there. With {@code yaml} behind it the workflow is read from {@code article.yaml} instead of made in Java: it is the same.
 */
public final class Publishing {
    private static final String RUN = "article-1";

    private Publishing() {}

    /** What the names mean. Only this is code in either case. */
    static Registry names() {
        // A script in the place of a model, so that this runs without a key.
        Agent writer = Agent.builder(ScriptedProvider.of().always(asked -> reply("tenons hold joints together")))
                .name("writer")
                .build();
        return Registry.EMPTY
                .agent("writer", writer)
                .function("edit", (input, context) -> {
                    int round = (int) input.at("/round").orElseThrow().asLong();
                    String text = input.at("/text").orElseThrow().asString();
                    return Json.object()
                            .put(
                                    "text",
                                    round == 0
                                            ? text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1)
                                            : text + ".")
                            .put("score", round == 0 ? 0.6 : 0.95)
                            .build();
                })
                .function("facts", (input, context) -> Json.of(input.asString().contains("hold")))
                .function("style", (input, context) -> Json.of(input.asString().endsWith(".")))
                .function("draw", (input, context) -> Json.of("a picture of " + input.asString()))
                .function("print", (input, context) -> {
                    System.out.println("PRINTED " + input);
                    return Json.of(2);
                })
                .function("publish", (input, context) -> {
                    System.out.println("PUBLISHED " + input.asString());
                    return Json.of("published");
                })
                .repeatable("edit", "facts", "style", "draw", "print");
    }

    /** The workflow that draws a picture; a part of the other one. */
    static Workflow picture(Registry names) {
        return Workflow.named("picture")
                .registry(names)
                .sequence(Step.function("draw").input("{{of}}").retry(2).as("drawn"));
    }

    static Workflow inJava() {
        Registry names = names();
        return Workflow.named("article")
                .registry(names.workflow(picture(names)))
                .resource("press", new Resource.Pool(1))
                .output(Json.object()
                        .put("text", "{{text}}")
                        .put("pages", "{{pages.print}}")
                        .put("end", "{{$output}}")
                        .build())
                .sequence(
                        Step.agent("writer").input("Write about {{topic}}").as("text"),
                        Step.loop(
                                        Step.function("edit")
                                                .input(Json.object()
                                                        .put("text", "{{text}}")
                                                        .put("round", "{{$iteration}}")
                                                        .build())
                                                .as("edit"),
                                        Step.transform("edit.text").as("text"))
                                .until("edit.score >= 0.9")
                                .atMost(5)
                                .reason("edited"),
                        Step.parallel(
                                Step.function("facts").input("{{text}}").as("facts"),
                                Step.function("style").input("{{text}}").as("style")),
                        Step.graph(
                                        Step.Node.of(
                                                "cover",
                                                Step.workflow("picture")
                                                        .input(Json.object("of", "{{topic}}"))
                                                        .as("cover")),
                                        Step.Node.of(
                                                "index",
                                                Step.transform("$split(text, ' ')[0]")
                                                        .as("index")),
                                        Step.Node.of(
                                                "print",
                                                Step.function("print")
                                                        .input(Json.object()
                                                                .put("cover", "{{cover}}")
                                                                .put("index", "{{index}}")
                                                                .build())
                                                        .needs("press", 1),
                                                "cover",
                                                "index"))
                                .as("pages"),
                        Step.when(
                                        "facts and style",
                                        Step.approval("Publish {{topic}}?").input("{{text}}"),
                                        Step.function("publish").input("{{text}}"))
                                .otherwise(Step.transform("'kept in the drawer'")));
    }

    static Workflow inYaml() {
        Registry names = names();
        Workflow picture = Workflow.of(Definition.parse("picture.yaml", text("picture.yaml")), names);
        return Workflow.of(Definition.parse("article.yaml", text("article.yaml")), names.workflow(picture));
    }

    private static String text(String resource) {
        try (InputStream in = Publishing.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String... args) {
        Workflow workflow = args.length > 2 && args[2].equals("yaml") ? inYaml() : inJava();
        try (FileJournal journal = FileJournal.at(Path.of(args[1]))) {
            System.out.println(run(args[0], workflow, journal));
        }
    }

    static String run(String what, Workflow workflow, Journal journal) {
        Runner runner = Runner.journalled(journal);
        if (what.equals("start")) {
            WorkflowResult result =
                    runner.run(workflow, WorkflowRequest.empty().id(RUN).with("topic", "tenons"));
            return result.paused()
                    ? "WAITING for " + asked(result.questions().getFirst())
                    : result.output().toString();
        }
        Question open = Replay.of(workflow, journal, RUN).result().questions().getFirst();
        WorkflowResult result = runner.resume(
                workflow, RUN, what.equals("yes") ? Answer.approve(open) : Answer.deny(open, "not this week"));
        return result.completed() ? result.output().toString() : result.end().toString();
    }

    private static String asked(Question question) {
        return question.subject() + " " + question.arguments();
    }
}
