-- Run once, when the volume of the database is empty; Prefect's own database is made by POSTGRES_DB.
CREATE DATABASE mlflow;
CREATE DATABASE serving;
