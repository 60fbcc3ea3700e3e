"""What a process keeps between reruns: the open stores and the loaded datasets."""

from __future__ import annotations

import duckdb
import streamlit as st
from pydantic import TypeAdapter

from governance.catalogue.connect import catalogue_path, catalogue_version, open_catalogue
from governance.compute.models import Models, load_models
from governance.compute.own_models import OwnModel, own_models
from governance.provenance.datasets import Datasets, load_datasets
from governance.provenance.own_policies import find_policy, own_policies
from governance.provenance.policies import POLICIES, Policy
from governance.records.store import open_workbench, workbench_path

_OWN: TypeAdapter[tuple[OwnModel, ...]] = TypeAdapter(tuple[OwnModel, ...])


@st.cache_resource(show_spinner=False, max_entries=2)
def _catalogue_at(path: str) -> duckdb.DuckDBPyConnection:
    return open_catalogue()


def catalogue() -> duckdb.DuckDBPyConnection:
    """Give the process's one connection to the catalogue; a rebuilt catalogue is opened anew."""
    return _catalogue_at(str(catalogue_path()))


def cursor() -> duckdb.DuckDBPyConnection:
    """Give a cursor of its own to one script run or one request."""
    return catalogue().cursor()


@st.cache_resource(show_spinner=False)
def _version_at(path: str) -> str:
    return catalogue_version(cursor())


def version() -> str:
    """Give the version of the catalogue in use."""
    return _version_at(str(catalogue_path()))


@st.cache_resource(show_spinner=False)
def _workbench_at(path: str) -> duckdb.DuckDBPyConnection:
    return open_workbench()


def workbench() -> duckdb.DuckDBPyConnection:
    """Give a cursor on what the user saved."""
    return _workbench_at(str(workbench_path())).cursor()


@st.cache_resource(show_spinner="Loading the datasets", max_entries=12)
def _datasets_at(snapshot: str, policy_json: str, catalogue_at: str) -> Datasets:
    return load_datasets(cursor(), snapshot, Policy.model_validate_json(policy_json))


def policies() -> dict[str, Policy]:
    """Give the shipped policies and the user's own, by id."""
    return {**POLICIES, **own_policies(workbench())}


def policy(policy_id: str) -> Policy:
    """Find a policy; the workbench is read only for one of the user's own.

    Raises:
        NotFound: There is no such policy.
    """
    return POLICIES[policy_id] if policy_id in POLICIES else find_policy(workbench(), policy_id)


def datasets_for(snapshot: str = "current", policy_id: str = "audit") -> Datasets:
    """Give all datasets of a snapshot, read under a policy.

    Raises:
        NotFound: There is no such policy.
    """
    return _datasets_at(snapshot, policy(policy_id).model_dump_json(), version())


@st.cache_resource(show_spinner="Loading the models", max_entries=4)
def _models_at(own: str, catalogue_at: str) -> Models:
    return load_models(cursor(), _OWN.validate_json(own))


def models() -> Models:
    """Give all models, the user's own beside the published ones."""
    return _models_at(_OWN.dump_json(own_models(workbench())).decode(), version())
