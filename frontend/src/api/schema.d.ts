// Generated from openapi.json by `npm run gen-api`. Never edited.

export interface paths {
    "/api/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign In */
        post: operations["sign_in"];
        /** Sign Out */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Me */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Config */
        get: operations["config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Incidents */
        get: operations["list_incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Incident */
        get: operations["incident"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evidence */
        get: operations["list_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/evidence/{evidence_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Item */
        get: operations["evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Act */
        post: operations["acknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Act */
        post: operations["restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Act */
        post: operations["resolve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Act */
        post: operations["retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/ignore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ignore */
        post: operations["ignore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Run */
        get: operations["run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AgentSeen */
        AgentSeen: {
            /** Node */
            node: string;
            /** Version */
            version: string;
            /**
             * Seen At
             * Format: date-time
             */
            seen_at: string;
            /** Pods */
            pods: number;
            /** Namespaces */
            namespaces: number;
            /** Problem */
            problem: string | null;
        };
        /**
         * Cause
         * @description Why a container, or a whole pod, fails. `rule` is the permanent id of the rule that says
         *     so.
         */
        Cause: {
            /** Rule */
            rule: string;
            /** Failure Class */
            failure_class: string;
            /** Container */
            container: string;
            /** Title */
            title: string;
            /** Explanation */
            explanation: string;
            confidence: components["schemas"]["Confidence"];
            /** Evidence */
            evidence: components["schemas"]["EvidenceLine"][];
            /** Fix */
            fix: string;
        };
        /**
         * Changed
         * @description What an action led to.
         */
        Changed: {
            /** Id */
            id: string;
            status: components["schemas"]["Status"];
            /** Version */
            version: number;
        };
        /**
         * Confidence
         * @description How far the evidence carries. `symptom`: it is known what fails, not why.
         * @enum {string}
         */
        Confidence: "definitive" | "likely" | "symptom";
        /** Config */
        Config: {
            /** Version */
            version: string;
            /** Cluster */
            cluster: string;
            /**
             * Time
             * Format: date-time
             */
            time: string;
            /** Temporal Ui Url */
            temporal_ui_url: string | null;
            /** Pending Grace Seconds */
            pending_grace_seconds: number;
            watching: components["schemas"]["Watching"];
        };
        /** Counts */
        Counts: {
            /** Attention */
            attention: number;
            /** Open */
            open: number;
            /** Regressed */
            regressed: number;
            /** Ignored */
            ignored: number;
            /** Resolved */
            resolved: number;
            /** All */
            all: number;
        };
        /**
         * DiagnosisView
         * @description The newest diagnosis. `number` is the report up to which it knows; causes are ordered, first
         *     to fix first.
         */
        DiagnosisView: {
            /** Id */
            id: string;
            /** Number */
            number: number;
            /**
             * Source
             * @constant
             */
            source: "rules";
            /** Causes */
            causes: components["schemas"]["Cause"][];
            /** Unavailable */
            unavailable: string[];
            /** Evidence Ids */
            evidence_ids: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * EvidenceItem
         * @description GET /api/incidents/{id}/evidence/{evidence_id}: with the redacted text.
         */
        EvidenceItem: {
            /** Id */
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /** Subject */
            subject: string;
            /**
             * Container
             * @default
             */
            container: string;
            /**
             * Stream
             * @default
             */
            stream: string;
            /**
             * Captured By
             * @enum {string}
             */
            captured_by: "agent" | "worker";
            /**
             * Captured At
             * Format: date-time
             */
            captured_at: string;
            /** Bytes */
            bytes: number;
            /** Truncated */
            truncated: boolean;
            /** Text */
            text: string;
        };
        /**
         * EvidenceKind
         * @enum {string}
         */
        EvidenceKind: "log" | "events" | "manifest" | "owner" | "node";
        /**
         * EvidenceLine
         * @description One line that supports a cause.
         *
         *     `source` says where it was read: `pod`, `event`, `log`, `owner`, `node`. `subject` is the object
         *     (`Pod/web-7f`), for logs with container and stream (`Pod/web-7f/app/previous`); `field` is a
         *     path in the
         *     object, or a log line's number counted from 1; `text` is the line itself, redacted.
         */
        EvidenceLine: {
            /** Source */
            source: string;
            /** Subject */
            subject: string;
            /** Field */
            field: string;
            /** Text */
            text: string;
        };
        /** EvidenceList */
        EvidenceList: {
            /** Items */
            items: components["schemas"]["EvidenceRow"][];
        };
        /**
         * EvidenceRow
         * @description One captured thing, without its text. `captured_by` is agent or worker.
         */
        EvidenceRow: {
            /** Id */
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /** Subject */
            subject: string;
            /**
             * Container
             * @default
             */
            container: string;
            /**
             * Stream
             * @default
             */
            stream: string;
            /**
             * Captured By
             * @enum {string}
             */
            captured_by: "agent" | "worker";
            /**
             * Captured At
             * Format: date-time
             */
            captured_at: string;
            /** Bytes */
            bytes: number;
            /** Truncated */
            truncated: boolean;
        };
        /**
         * FailureClass
         * @description What fails, in Kubernetes' own words. Listed in the order in which it must be fixed.
         * @enum {string}
         */
        FailureClass: "Unschedulable" | "ImagePullBackOff" | "OOMKilled" | "CrashLoopBackOff";
        /** IgnoreBody */
        IgnoreBody: {
            /** Version */
            version?: number | null;
            /** Until */
            until?: string | "forever" | null;
            /** Count */
            count?: number | null;
            /**
             * Reason
             * @default
             */
            reason: string;
        };
        /**
         * IncidentDetail
         * @description GET /api/incidents/{id}: all that the page needs but the evidence, in one call.
         */
        IncidentDetail: {
            /** Id */
            id: string;
            /** Cluster */
            cluster: string;
            /** Namespace */
            namespace: string;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            status: components["schemas"]["Status"];
            severity: components["schemas"]["Severity"];
            /** Classes */
            classes: string[];
            /** Summary */
            summary: string;
            /** Pods Failing */
            pods_failing: number;
            /** Pods Seen */
            pods_seen: number;
            /** Regressions */
            regressions: number;
            /** Acknowledged By */
            acknowledged_by?: string | null;
            /** Ignored Until */
            ignored_until?: string | "forever" | null;
            resolution?: components["schemas"]["Resolution"] | null;
            /** Diagnosing */
            diagnosing: boolean;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Resolved At */
            resolved_at?: string | null;
            /** Version */
            version: number;
            /** Pods */
            pods: components["schemas"]["PodRow"][];
            diagnosis: components["schemas"]["DiagnosisView"] | null;
            run: components["schemas"]["Run"] | null;
            /** Timeline */
            timeline: components["schemas"]["TimelineEntry"][];
            /** As Of Seq */
            as_of_seq: number;
        };
        /** IncidentPage */
        IncidentPage: {
            /** Items */
            items: components["schemas"]["IncidentRow"][];
            /** Next */
            next: string | null;
            /** Total */
            total: number;
            counts: components["schemas"]["Counts"];
            /** As Of Seq */
            as_of_seq: number;
        };
        /**
         * IncidentRow
         * @description One line of the list: at most 600 bytes, no manifests, no logs.
         */
        IncidentRow: {
            /** Id */
            id: string;
            /** Cluster */
            cluster: string;
            /** Namespace */
            namespace: string;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            status: components["schemas"]["Status"];
            severity: components["schemas"]["Severity"];
            /** Classes */
            classes: string[];
            /** Summary */
            summary: string;
            /** Pods Failing */
            pods_failing: number;
            /** Pods Seen */
            pods_seen: number;
            /** Regressions */
            regressions: number;
            /** Acknowledged By */
            acknowledged_by?: string | null;
            /** Ignored Until */
            ignored_until?: string | "forever" | null;
            resolution?: components["schemas"]["Resolution"] | null;
            /** Diagnosing */
            diagnosing: boolean;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Resolved At */
            resolved_at?: string | null;
            /** Version */
            version: number;
        };
        /** Me */
        Me: {
            user: components["schemas"]["User"];
        };
        /**
         * PodRow
         * @description A pod of an incident. `state` is failing, healthy or gone.
         */
        PodRow: {
            /** Uid */
            uid: string;
            /** Name */
            name: string;
            /** Node */
            node: string;
            /**
             * State
             * @enum {string}
             */
            state: "failing" | "healthy" | "gone";
            /** Failures */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
        };
        /** Problem */
        Problem: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /** Id */
            id: string;
            /** Fields */
            fields?: components["schemas"]["ProblemField"][] | null;
        };
        /** ProblemField */
        ProblemField: {
            /** Path */
            path: string;
            /** Message */
            message: string;
        };
        /** ReportedFailure */
        ReportedFailure: {
            failure_class: components["schemas"]["FailureClass"];
            /**
             * Container
             * @default
             */
            container: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Message
             * @default
             */
            message: string;
        };
        /**
         * Resolution
         * @description Why an incident was closed.
         * @enum {string}
         */
        Resolution: "recovered" | "gone" | "stopped" | "person";
        /**
         * Run
         * @description One workflow, over all its continuations: `id` is the first execution's run id.
         */
        Run: {
            /** Id */
            id: string;
            /** Workflow Id */
            workflow_id: string;
            /** Workflow Type */
            workflow_type: string;
            /** Incident Id */
            incident_id: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "running" | "completed" | "failed" | "cancelled" | "lost";
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Ended At */
            ended_at?: string | null;
            /**
             * Steps
             * @default []
             */
            steps: components["schemas"]["Step"][];
            /** Temporal Url */
            temporal_url?: string | null;
        };
        /**
         * Severity
         * @description How much of the workload is down.
         * @enum {string}
         */
        Severity: "critical" | "high" | "medium" | "low";
        /** SignIn */
        SignIn: {
            /** Token */
            token: string;
        };
        /**
         * Status
         * @description `regressed` is an open incident that had been resolved before.
         * @enum {string}
         */
        Status: "open" | "regressed" | "ignored" | "resolved";
        /**
         * Step
         * @description One attempt of one step. `step` is unique in the run; `name` is the activity's; `summary` is
         *     in plain words.
         */
        Step: {
            /** Step */
            step: string;
            /** Name */
            name: string;
            /** Attempt */
            attempt: number;
            state: components["schemas"]["StepState"];
            /** Summary */
            summary: string;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Ended At */
            ended_at?: string | null;
            /** Next Retry At */
            next_retry_at?: string | null;
            /** Error */
            error?: string | null;
        };
        /**
         * StepState
         * @description Only moves forward. `lost`: a worker died on that attempt; a later attempt took over.
         * @enum {string}
         */
        StepState: "waiting" | "running" | "retrying" | "done" | "failed" | "lost";
        /**
         * TimelineEntry
         * @description One thing that happened: `opened`, `regressed`, `diagnosed`, `acknowledged`, `ignored`,
         *     `restored`, `resolved`, …
         */
        TimelineEntry: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** What */
            what: string;
            /** By */
            by?: string | null;
            /**
             * Text
             * @default
             */
            text: string;
        };
        /** User */
        User: {
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "read" | "write" | "admin";
        };
        /** VersionBody */
        VersionBody: {
            /** Version */
            version?: number | null;
            /**
             * Reason
             * @default
             */
            reason: string;
        };
        /** Watching */
        Watching: {
            /** Agents */
            agents: components["schemas"]["AgentSeen"][];
            /** Live */
            live: boolean;
            /** Last Seen */
            last_seen: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_incidents: {
        parameters: {
            query?: {
                status?: components["schemas"]["Status"][];
                namespace?: string[];
                kind?: string[];
                class?: components["schemas"]["FailureClass"][];
                severity?: components["schemas"]["Severity"][];
                q?: string | null;
                since?: string | null;
                sort?: "attention" | "last_seen" | "first_seen";
                limit?: number;
                after?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentPage"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
                evidence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceItem"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledge: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolve: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ignore: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgnoreBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
