package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.testing.Property;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A definition is data: it is written as a person would write it, and reads back as the same. */
class DefinitionTest {
    @Test
    void everyDefinitionReadsBackAsItWas() {
        Property.forAll(Definitions.any(), definition -> {
            Json json = definition.json();
            assertThat(Definition.of(json)).isEqualTo(definition);
            assertThat(Json.parse(json.toString()).as(Definition.class)).isEqualTo(definition);
            assertThat(Json.of(definition)).isEqualTo(json);
        });
    }

    @Test
    void everyDefinitionReadsBackFromYamlAsItWas() {
        Property.forAll(600, Definitions.any(), definition -> {
            String yaml = definition.yaml();
            assertThat(Definition.parse("a.yaml", yaml)).as(yaml).isEqualTo(definition);
            assertThat(Definition.parse("a.yaml", yaml).yaml()).isEqualTo(yaml);
            assertThat(Definition.parse("a.json", definition.json().toString())).isEqualTo(definition);
        });
    }

    @Test
    void yamlIsWrittenAsAPersonWould() {
        Definition review = Definition.of(
                "review",
                Step.sequence(
                        Step.agent("writer").as("draft").input("Write about {{topic}}\nin one line."),
                        Step.loop(
                                        Step.agent("editor").as("edit"),
                                        Step.tool("count").input("{{draft}}"))
                                .until("edit.status = \"ok\"")
                                .atMost(5),
                        Step.handoff("no", "b").retry(3)));
        assertThat(review.yaml()).isEqualTo("""
            workflow: review
            steps:
              - agent: writer
                as: draft
                input: |-
                  Write about {{topic}}
                  in one line.
              - loop:
                  - agent: editor
                    as: edit
                  - tool: count
                    input: '{{draft}}'
                until: edit.status = "ok"
                atMost: 5
              - handoff: ['no', b]
                retry: 3
            """);
    }

    @Test
    void everyStepReadsBackAsItWas() {
        Set<String> seen = new TreeSet<>();
        Property.forAll(1_000, Definitions.steps(), step -> {
            seen.add(step.getClass().getSimpleName());
            assertThat(Step.of(step.json())).isEqualTo(step);
        });
        Set<String> all = new TreeSet<>();
        for (Class<?> kind : Step.class.getPermittedSubclasses()) {
            all.add(kind.getSimpleName());
        }
        assertThat(seen).isEqualTo(all);
    }

    @Test
    void isWrittenAsAPersonWould() {
        Definition review = Definition.of(
                "review",
                Step.sequence(
                        Step.agent("writer").as("draft").input("Write about {{topic}}"),
                        Step.parallel(
                                Step.agent("checker").as("facts"),
                                Step.agent("stylist").as("style")),
                        Step.loop(Step.agent("editor").as("edit"))
                                .until("edit.score >= 0.9")
                                .atMost(5),
                        Step.when("edit.score >= 0.9", Step.tool("publish").retry(3))
                                .otherwise(Step.approval("Publish anyway?").timeout(Duration.ofHours(2)))));
        assertThat(review.json()).isEqualTo(Json.parse("""
            {"workflow": "review",
             "steps": [
               {"agent": "writer", "as": "draft", "input": "Write about {{topic}}"},
               {"parallel": [{"agent": "checker", "as": "facts"}, {"agent": "stylist", "as": "style"}]},
               {"loop": {"agent": "editor", "as": "edit"}, "until": "edit.score >= 0.9", "atMost": 5},
               {"when": "edit.score >= 0.9",
                "then": {"tool": "publish", "retry": 3},
                "otherwise": {"approval": "Publish anyway?", "timeout": "PT2H"}}]}
            """));
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> Definition.of(Json.parse("""
            {"workflow": "bad", "retries": 1, "resources": {"db": 0},
             "steps": [
               {"agent": "writer", "asd": "x", "timeout": "soon"},
               {"function": "f", "tool": "t"},
               {"as": "x"},
               {"loop": [], "atMost": -1},
               {"retry": {"attempts": 0, "jitter": 2}, "tool": ""},
               {"graph": [{"name": "a", "tool": "t", "dependsOn": "b"}]},
               7]}
            """)))
                .isInstanceOf(WorkflowException.class)
                .hasMessage("""
                    workflow "bad" has 12 problems:
                      /retries: "retries" means nothing here; known are workflow, version, description, input, keys, resources, agents, workflows, atMost, steps, output, $schema
                      /resources/db: expected a whole number from 1 to 2147483647, got number 0
                      /steps/0/asd: "asd" means nothing here; did you mean "as"? known are agent, session, name, as, input, output, schema, timeout, retry, onError, compensate, budget, deadline, priority, needs
                      /steps/0/timeout: expected a duration, such as "500ms", "30s", "5m", "2h", "3d" or "PT1M30S", got string "soon"
                      /steps/1: a step does one thing, this has tool and function; make two steps of it
                      /steps/2: a step needs one member that says what it does; it has as; one of agent, tool, function, script, transform, sequence, parallel, when, switch, route, loop, map, graph, wait, approval, ask, handoff, supervisor, step, workflow
                      /steps/3/atMost: expected a whole number from 1 to 2147483647, got number -1
                      /steps/4/retry/attempts: expected a whole number from 1 to 2147483647, got number 0
                      /steps/4/retry/jitter: expected a number from 0 to 1, got number 2
                      /steps/4/tool: expected a name, got string ""
                      /steps/5/graph/0/dependsOn: expected an array of names, got string "b"
                      /steps/6: expected a step, that is an object, got number 7\
                    """);
    }

    @Test
    void whatIsNoDefinitionIsSaidToBeNone() {
        assertThatThrownBy(() -> Definition.of(Json.array(1)))
                .hasMessage("workflow \"\" has a problem:\n"
                        + "  /: expected an object with \"workflow\" and \"steps\", got array [1]");
        assertThatThrownBy(() -> Definition.of(Json.Obj.EMPTY))
                .hasMessage("workflow \"\" has 2 problems:\n"
                        + "  /: \"workflow\" is missing; the workflow's name\n"
                        + "  /: \"steps\" is missing; what is done");
    }

    @Test
    void durationsAreReadAsPeopleWriteThem() {
        assertThat(Step.of(Json.parse("{\"wait\":\"90s\"}"))).isEqualTo(Step.sleep(Duration.ofSeconds(90)));
        assertThat(Step.of(Json.parse("{\"wait\":\"2d\"}"))).isEqualTo(Step.sleep(Duration.ofDays(2)));
        assertThat(Step.of(Json.parse("{\"wait\":\"PT1M\"}"))).isEqualTo(Step.sleep(Duration.ofMinutes(1)));
    }

    @Test
    void aDurationOfAnyLengthReadsBackAsItWas() {
        for (Duration time : List.of(
                Duration.ofNanos(1),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofHours(1_000_000_000_000_000L),
                Duration.ofHours(999_999_999_999_999L))) {
            Definition definition = Definition.of(
                    "a", Step.sequence(Step.sleep(time), Step.function("f").timeout(time)));
            assertThat(Definition.parse("a.yaml", definition.yaml())).isEqualTo(definition);
        }
    }
}
